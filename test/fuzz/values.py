"""Values that break what does not expect them, in the form in which they stand in a request."""

# JSON, written by hand: Python's own writer cannot express all of it.
DEEP = "[" * 20_000 + "]" * 20_000
JSON_VALUES = [
    *('""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff\\ud800"', '"\ufffe"', '"é"'),
    *('"nan"', '"inf"', '"-Infinity"', '"1e400"', '"0x1"', '"1_000"', '"\\u0661"', '"+1"', '"1.0"'),
    *("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e308", "1e-999", "-0", "0", "-1", "1.5"),
    *(str(2**31), str(2**63), str(-(2**63) - 1), "9" * 40, "9" * 400, "9" * 5000, "1" + "0" * 400),
    *("true", "false", "null", "[]", "{}", "[[]]", "[{}]", '{"a": {}}', '[null]', '["x"]', "[1e999]"),
    *('"0001-01-01T00:00:00+23:59"', '"9999-12-31T23:59:59-23:59"', '"9999-12-31T23:59:59Z"'),
    *('"0001-01-01"', '"2026-02-30"', '"2026-01-01T24:00:00Z"', '"10000-01-01T00:00:00Z"', '"12:00"'),
    *('"2026-01-01T00:00:00+99:99"', '"2999-01-01T00:00:00"', '"0000-00-00T00:00:00Z"', "1e400"),
    *('"a@b"', '"\\"@x.y"', '"a@xn--a.com"', '"a@[::1]"', '"ñ@ñ.es"', f'"{"a" * 250}@x.es"'),
    *(f'"{"a" * 100_000}"', f'"{"\\\\u00e9" * 6000}"', '"\\u202e"', '"\U0001f600"', '"<script>"'),
    *(DEEP, '{"a":' * 5000 + "1" + "}" * 5000, "[" + "1," * 5000 + "1]"),
]
BODIES = [
    *(b"", b" ", b"{", b"}", b'{"a"', b"nul", b"null", b"[]", b"{}", b'""', b"1", b"[1]", b"[{}]"),
    *(b"\xff\xfe", b"\x00", b"\xef\xbb\xbf{}", '{"a": 1}'.encode("utf-16"), b'{"\xff": 1}', b"\xed\xa0\x80"),
    *(b'{"\\ud800": 1}', b'{"\\u0000": 1}', b'{"a": 1, "a": 2}', b'{"": 1}', b"{} {}", b"{}x"),
    *(DEEP.encode(), b"{" * 100_000, b'{"a": ' + b"9" * 100_000 + b"}", b"a=1&b=2", b"<a/>"),
    *(b'"' + b"a" * 3_000_000 + b'"', b'{"a": "' + b"a" * 3_000_000 + b'"}'),
]
QUERY_VALUES = [
    *("", "%00", "a%00b", "%ff", "%ed%a0%80", "%F0%9F%98%80", "+", "%20", "%", "%zz", "%25", "-1", "0"),
    *("1", "1.5", "1e999", "nan", "inf", "-inf", str(2**31), str(2**63), "9" * 40, "9" * 2000, "true"),
    *("null", "None", "[]", "{}", "..", "'", '"', "%27%20OR%201=1--", "a,b", "-", "last", "%D9%A1"),
    *("0001-01-01", "9999-12-31", "0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"),
    *("2026-02-30", "10000-01-01", "2026-01-01T00:00:00", "a@b.es", "a" * 1500, "CAFE-250", "id"),
    *("%E2%80%AE", "%0d%0aX-A:%20b", "-created_at", "?", "__class__", "a;b", "%C2%85", "%1f"),
]
PATH_VALUES = [
    *("0", "1", "2", "3", "-1", str(2**31), str(2**63 - 1), str(2**63), "9" * 40, "9" * 1500, "a", "1.0"),
    *("%00", "a%00", "%ff", "%2e%2e", "%2F", "%5C", "%D9%A1", "%C3%A9", "1%20", "%0a", "''", "1e3"),
    *("a" * 1500, "CAFE-250", "%ed%a0%80", "{}", "*", "null", "1;a=b", "%3F", "%23", "+1", "00001"),
]
QUERY_NAMES = ["page", "format", "ordering", "search", "unknown", "page_size", "%00", "", "%ff", "a[]"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "FOO", "get", "PROPFIND"]
CONTENT_TYPES = [
    *("application/json", "application/json; charset=utf-8", "application/json; charset=utf-16"),
    *("application/json; charset=rot13", "application/json; charset=zlib", "text/plain", "text/csv"),
    *("application/json; charset=base64", "application/json; charset=unicode_escape", "application/json;"),
    *("application/json; charset=undefined", "application/json; charset=idna", "application/xml"),
    *("application/json; charset*=bogus''x", "text/csv; charset=utf-7", "multipart/form-data", ""),
    *("multipart/form-data; boundary=", "multipart/form-data; boundary=x", "application/*", "*/*", "a"),
    *("multipart/form-data; boundary=" + "x" * 300, "application/x-www-form-urlencoded", "/", ";;;"),
    *("multipart/form-data; boundary=\xe9", 'application/json; charset="', "application/json; a*0*=x''%ff"),
]
ACCEPTS = [
    *("*/*", "application/json", "text/html", "application/xml", "", ";", "a", "a/b;q=x", "text/*"),
    *("application/json; charset*=bogus''x", "application/json; indent=4", "application/json; indent=x"),
    *("application/json; indent=99999", "application/json; a=" + "b" * 5000, "\xe9/\xe9", "*/*;q=0", "*"),
]
ODD_HEADERS = [
    *(("Host", ""), ("Host", "a b"), ("Host", "x.example"), ("Host", "localhost:99999"), ("Host", "\xe9")),
    *(("Authorization", "Token"), ("Authorization", "Token a b"), ("Authorization", "Token \xe9")),
    *(("Authorization", "Token " + "a" * 3000), ("Authorization", "Basic !"), ("Authorization", "Bearer x")),
    *(("Cookie", 'sessionid="aaaaaaaa\\000"'), ("Cookie", "sessionid=" + "a" * 3000), ("Cookie", ";=;\xe9")),
    *(("Cookie", "csrftoken=x"), ("Cookie", 'messages="\\000"'), ("X-Request-ID", "a" * 3000)),
    *(("X-Forwarded-For", "\xe9, ,"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "a b")),
    *(("X-HTTP-Method-Override", "FOO"), ("Range", "bytes=a"), ("If-Modified-Since", "x"), ("Expect", "x")),
    *(("Content-Encoding", "gzip"), ("Accept-Language", "a" * 600), ("Accept-Language", "\xe9;q=1e999")),
    *(("Accept-Encoding", "*;q=x"), ("X-A", "a" * 9000), ("Origin", "null"), ("Referer", "\xe9"), ("A_B", "c")),
]
