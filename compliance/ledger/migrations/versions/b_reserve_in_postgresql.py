"""In PostgreSQL a reservation is one call: the same steps as `reserving.reserve`, on the server.

A test holds both against each other. What is refused is raised with a code of its own, so that nothing stays written.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RESERVE = """
CREATE FUNCTION ledger_reserve(
    p_id text, p_key text, p_fingerprint text, p_orders text, p_answer text, p_revision bigint, p_actor text,
    p_at bigint, p_expires bigint, p_tolerance bigint, p_claims jsonb, p_purchases text[], p_beside text[]
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    c jsonb;
    a record;
    known text;
    current bigint;
    last bigint := p_at;
    numbers bigint[] := '{}';
    rooms bigint[] := '{}';
    opened boolean[] := '{}';
    lacking jsonb := '[]';
    count integer := jsonb_array_length(p_claims);
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('compliance ledger world', 0));
    SELECT fingerprint INTO known FROM reservations WHERE id = p_id;
    IF FOUND THEN
        IF known <> p_fingerprint THEN
            RAISE EXCEPTION 'key reused' USING ERRCODE = 'LG003';
        END IF;
        RETURN NULL;
    END IF;
    SELECT revision INTO current FROM world_head;
    IF current <> p_revision THEN
        RAISE EXCEPTION 'stale world' USING ERRCODE = 'LG004', DETAIL = current::text;
    END IF;
    IF cardinality(p_purchases) > 0 AND p_beside IS NOT NULL THEN
        FOR i IN 1 .. cardinality(p_purchases) LOOP
            PERFORM pg_advisory_xact_lock(hashtextextended(p_purchases[i], 1));
        END LOOP;
        IF ARRAY(
            SELECT DISTINCT r.id FROM purchases p JOIN reservations r ON r.id = p.reservation
            WHERE r.state IN ('reserved', 'committed') AND p.purchase = ANY (p_purchases) ORDER BY 1
        ) IS DISTINCT FROM ARRAY(SELECT DISTINCT u FROM unnest(p_beside) u ORDER BY 1) THEN
            RAISE EXCEPTION 'another of the purchase' USING ERRCODE = 'LG005';
        END IF;
    END IF;
    -- INVARIANT: the claims come in the order of their names, in which all lock
    FOR i IN 1 .. count LOOP
        c := p_claims -> (i - 1);
        SELECT number, capacity, recorded, reserved, committed, at INTO a FROM accounts WHERE name = c ->> 0 FOR UPDATE;
        opened[i] := NOT FOUND;
        IF opened[i] THEN
            INSERT INTO accounts (name, pack, rule, holder, holder_key, period, kind, unit, standing, scale, binds,
                capacity, recorded, reserved, committed, at)
            VALUES (c ->> 0, c ->> 1, c ->> 2, c ->> 3, c ->> 4, c ->> 5, c ->> 6, c ->> 7, c ->> 8,
                (c ->> 9)::bigint, (c ->> 13)::integer, (c ->> 10)::bigint, (c ->> 11)::bigint, 0, 0, p_at)
            ON CONFLICT (name) DO NOTHING RETURNING number, capacity, recorded, reserved, committed, at INTO a;
            IF NOT FOUND THEN
                opened[i] := false;
                SELECT number, capacity, recorded, reserved, committed, at INTO a
                FROM accounts WHERE name = c ->> 0 FOR UPDATE;
            END IF;
        END IF;
        numbers[i] := a.number;
        rooms[i] := a.capacity - a.recorded - a.reserved - a.committed;
        last := greatest(last, a.at);
        IF (c ->> 13)::integer = 1 AND (c ->> 12)::bigint > rooms[i] THEN
            lacking := lacking || jsonb_build_array(jsonb_build_array(i - 1, rooms[i]));
        END IF;
    END LOOP;
    IF last - p_at > p_tolerance THEN
        RAISE EXCEPTION 'clock set back' USING ERRCODE = 'LG002', DETAIL = last::text;
    END IF;
    IF jsonb_array_length(lacking) > 0 THEN
        RAISE EXCEPTION 'no room' USING ERRCODE = 'LG001', DETAIL = lacking::text;
    END IF;
    FOR i IN 1 .. count LOOP
        CONTINUE WHEN NOT opened[i];
        c := p_claims -> (i - 1);
        INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act)
        VALUES (last, 'open', '', numbers[i], 'limit', 'room', (c ->> 10)::bigint, (c ->> 10)::bigint, 1, 0);
        IF (c ->> 11)::bigint > 0 THEN
            INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act)
            VALUES (last, 'record', '', numbers[i], 'room', 'recorded', (c ->> 11)::bigint, rooms[i], 1, 0);
        END IF;
    END LOOP;
    INSERT INTO reservations (id, request_key, fingerprint, state, orders, answer, revision, actor, at, expires,
        changed)
    VALUES (p_id, p_key, p_fingerprint, 'reserved', p_orders, p_answer, p_revision, p_actor, last, p_expires, last);
    FOR i IN 1 .. coalesce(cardinality(p_purchases), 0) LOOP
        INSERT INTO purchases (purchase, reservation) VALUES (p_purchases[i], p_id);
    END LOOP;
    FOR i IN 1 .. count LOOP
        c := p_claims -> (i - 1);
        rooms[i] := rooms[i] - (c ->> 12)::bigint;
        UPDATE accounts SET reserved = reserved + (c ->> 12)::bigint, at = last,
            binds = greatest(binds, (c ->> 13)::integer) WHERE number = numbers[i];
        INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act)
        VALUES (last, 'reserve', p_id, numbers[i], 'room', 'reserved', (c ->> 12)::bigint, rooms[i],
            (c ->> 13)::integer, 0);
    END LOOP;
    RETURN array_prepend(last, rooms);
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(RESERVE)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_reserve")
