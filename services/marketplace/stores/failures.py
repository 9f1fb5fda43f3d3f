"""The refusals of this app, free of HTTP."""

from chassis.failures import Failure


class DuplicateProduct(Failure):
    code = "duplicate"

    def __init__(self, *, sku: str) -> None:
        super().__init__(f"Ya hay un producto {sku}.")


class DuplicateStore(Failure):
    code = "duplicate"

    def __init__(self) -> None:
        super().__init__("Ya hay una tienda con este nombre en esta dirección.")
