/** A way to serve a service: the command that its container runs. */
export type Server = { name: string; command: readonly string[] };

/** What the images ship; chassis/gunicorn_conf.py says so. */
export const SHIPPED: Server = {
  name: "gthread 2x4 (shipped)",
  command: ["gunicorn", "-c", "python:chassis.gunicorn_conf", "config.wsgi"],
};

/** gunicorn with everything else as shipped. */
const gunicorn = (kind: string, workers: number, threads: number): readonly string[] => [
  "gunicorn",
  "-c",
  "python:chassis.gunicorn_conf",
  ...["--worker-class", kind, "--workers", String(workers), "--threads", String(threads)],
  "config.wsgi",
];

/** Other sizes and kinds of gunicorn's workers, and granian with a line of JSON for each request, as ours has. */
export const OTHERS: readonly Server[] = [
  { name: "gthread 1x8", command: gunicorn("gthread", 1, 8) },
  { name: "sync 2", command: gunicorn("sync", 2, 1) },
  { name: "sync 4", command: gunicorn("sync", 4, 1) },
  { name: "gevent 2", command: ["gunicorn", "-c", "python:gevent_conf", "config.wsgi"] },
  {
    name: "granian 2x4",
    command: [
      ...["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8080"],
      ...["--workers", "2", "--blocking-threads", "4", "--access-log"],
      ...["--log-config", "/srv/granian-logs.json", "config.wsgi:application"],
    ],
  },
];

/** In which order a round takes them: each begins once in as many rounds as there are. */
export const rotated = <T>(items: readonly T[], round: number): T[] => {
  const first = round % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
};

/**
 * A throw-away image: the production image plus the servers that it does not have.
 * gevent has to change modules before they are imported, so nothing is imported before its workers are there.
 */
export const dockerfile = (image: string): string => `FROM ${image}
USER root
RUN "$(python -c 'import sys; print(sys._base_executable)')" -m venv /tmp/installer \\
    && packages="$(python -c 'import site; print(site.getsitepackages()[0])')" \\
    && /tmp/installer/bin/pip install --quiet --no-cache-dir --target "$packages" \\
        granian==2.8.7 gevent==26.9.0 packaging==26.3 \\
    && printf '%s\\n' 'from chassis.gunicorn_conf import *' 'preload_app = False' 'worker_class = "gevent"' \\
        > "$packages/gevent_conf.py" \\
    && python -c 'import json; from chassis.logs import logging_settings as of; \\
        print(json.dumps(of(level="INFO", service="granian")))' > /srv/granian-logs.json
USER django
`;
