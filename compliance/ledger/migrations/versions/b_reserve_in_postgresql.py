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
    p_at bigint, p_expires bigint, p_tolerance bigint, p_names text[], p_taken bigint[], p_binds integer[],
    p_claims text, p_purchases text[], p_beside text[]
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    a record;
    c jsonb;
    known text;
    current bigint;
    last bigint := p_at;
    numbers bigint[] := '{}';
    rooms bigint[] := '{}';
    opened integer[] := '{}';
    lacking jsonb := '[]';
    behind boolean := false;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7318349394477056);
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
    IF p_beside IS NOT NULL AND cardinality(p_purchases) > 0 THEN
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
    FOR i IN 1 .. cardinality(p_names) LOOP
        UPDATE accounts SET reserved = reserved + p_taken[i], binds = greatest(binds, p_binds[i]),
            at = greatest(at, p_at)
        WHERE name = p_names[i] AND at <= p_at + p_tolerance
            AND (p_binds[i] = 0 OR capacity - recorded - reserved - committed >= p_taken[i])
        RETURNING number, at, capacity - recorded - reserved - committed AS room INTO a;
        IF NOT FOUND THEN
            c := p_claims::jsonb -> (i - 1);
            INSERT INTO accounts (name, pack, rule, holder, holder_key, period, kind, unit, standing, scale, binds,
                capacity, recorded, reserved, committed, at)
            VALUES (c ->> 0, c ->> 1, c ->> 2, c ->> 3, c ->> 4, c ->> 5, c ->> 6, c ->> 7, c ->> 8,
                (c ->> 9)::bigint, p_binds[i], (c ->> 10)::bigint, (c ->> 11)::bigint, p_taken[i], 0, p_at)
            ON CONFLICT (name) DO NOTHING
            RETURNING number, at, capacity - recorded - reserved - committed AS room INTO a;
            IF FOUND THEN
                opened := opened || i;
                IF p_binds[i] = 1 AND a.room < 0 THEN
                    lacking := lacking || jsonb_build_array(jsonb_build_array(i - 1, a.room + p_taken[i]));
                END IF;
            ELSE
                SELECT number, at, capacity - recorded - reserved - committed - p_taken[i] AS room INTO a
                FROM accounts WHERE name = p_names[i] FOR UPDATE;
                IF p_binds[i] = 1 AND a.room < 0 THEN
                    lacking := lacking || jsonb_build_array(jsonb_build_array(i - 1, a.room + p_taken[i]));
                ELSE
                    UPDATE accounts SET reserved = reserved + p_taken[i], binds = greatest(binds, p_binds[i]),
                        at = greatest(at, p_at)
                    WHERE number = a.number;
                END IF;
            END IF;
        END IF;
        numbers := numbers || a.number;
        rooms := rooms || a.room;
        behind := behind OR a.at <> p_at;
        last := greatest(last, a.at);
    END LOOP;
    IF last - p_at > p_tolerance THEN
        RAISE EXCEPTION 'clock set back' USING ERRCODE = 'LG002', DETAIL = last::text;
    END IF;
    IF jsonb_array_length(lacking) > 0 THEN
        RAISE EXCEPTION 'no room' USING ERRCODE = 'LG001', DETAIL = lacking::text;
    END IF;
    IF behind AND cardinality(numbers) > 1 THEN
        UPDATE accounts SET at = last WHERE number = ANY (numbers) AND at < last;
    END IF;
    FOREACH current IN ARRAY opened LOOP
        c := p_claims::jsonb -> (current::integer - 1);
        INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act)
        VALUES (last, 'open', '', numbers[current], 'limit', 'room', (c ->> 10)::bigint, (c ->> 10)::bigint, 1, 0);
        IF (c ->> 11)::bigint > 0 THEN
            INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act)
            VALUES (last, 'record', '', numbers[current], 'room', 'recorded', (c ->> 11)::bigint,
                rooms[current] + p_taken[current], 1, 0);
        END IF;
    END LOOP;
    INSERT INTO reservations (id, request_key, fingerprint, state, orders, answer, revision, actor, at, expires,
        changed)
    VALUES (p_id, p_key, p_fingerprint, 'reserved', p_orders, p_answer, p_revision, p_actor, last, p_expires, last);
    IF cardinality(p_purchases) > 0 THEN
        INSERT INTO purchases (purchase, reservation) SELECT p, p_id FROM unnest(p_purchases) p;
    END IF;
    IF cardinality(numbers) > 0 THEN
        INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act)
        SELECT last, 'reserve', p_id, n, 'room', 'reserved', t, r, b, 0
        FROM unnest(numbers, p_taken, rooms, p_binds) AS u (n, t, r, b);
    END IF;
    RETURN last || rooms;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(RESERVE)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_reserve")
