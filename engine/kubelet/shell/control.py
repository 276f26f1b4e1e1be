"""How a script leaves where it is: exceptions that only the interpreter catches."""


class Exit(Exception):
    """``exit``: the shell ends."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status & 255


class Return(Exit):
    """``return``: the function ends."""


class BreakLoop(Exception):
    def __init__(self, levels: int) -> None:
        super().__init__(levels)
        self.levels = levels


class ContinueLoop(Exception):
    def __init__(self, levels: int) -> None:
        super().__init__(levels)
        self.levels = levels
