"""The ledger: what is used, reserved and left of limits that many buyers share, whatever the number of processes.

`Ledger` reserves and gives back, `Workflow` keeps holds and known-good entries, `rescreen` asks all that is open again.
Every movement of an account is a row with a source and a target, so that no amount comes from nowhere; a balance is
the sum of its rows, also at a past instant. All of it lies in one store: SQLite in a file, or PostgreSQL.

Invariants, each tested on both stores:

1. *Never oversold*: no reservation that is acknowledged takes an account that binds over its capacity.
2. *Nothing lost, nothing twice*: what was acknowledged stays, and the same key gives the same answer.
3. *Rows are the truth*: of every account the running balance equals the sum of its movements.
4. *Counted once*: a shipment on record that an open reservation made no longer counts as reserved.
5. *No clock*: time is an argument; a time that lies before what is on record is refused.
"""
