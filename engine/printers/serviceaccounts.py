"""ServiceAccounts as ``kubectl get serviceaccounts`` lists them."""

from engine.kinds.access import ServiceAccount
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(account: ServiceAccount, _state: State, now: int) -> tuple[str, ...]:
    return account.metadata.name, str(len(account.secrets)), age(account, now)


PRINTER = Printer(columns("NAME,SECRETS,AGE"), cells)
