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
    p_at bigint, p_expires bigint, p_tolerance bigint, p_claims jsonb, p_purchases jsonb, p_beside jsonb
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    a record;
    c jsonb;
    taken bigint;
    bound integer;
    count integer := jsonb_array_length(p_claims);
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
    IF count = 1 AND jsonb_array_length(p_purchases) = 0 THEN
        -- what most requests are, in one statement; all that is out of the way is looked at below
        c := p_claims -> 0;
        taken := (c ->> 1)::bigint;
        bound := (c ->> 2)::integer;
        WITH u AS (
            UPDATE accounts t SET reserved = t.reserved + taken, binds = greatest(t.binds, bound),
                at = greatest(t.at, p_at)
            FROM world_head w
            WHERE t.name = c ->> 0 AND t.at <= p_at + p_tolerance AND w.revision = p_revision
                AND (bound = 0 OR t.capacity - t.recorded - t.reserved - t.committed >= taken)
                AND NOT EXISTS (SELECT FROM reservations WHERE id = p_id)
            RETURNING t.number, t.at, t.capacity - t.recorded - t.reserved - t.committed AS room
        ), r AS (
            INSERT INTO reservations (id, request_key, fingerprint, state, orders, answer, revision, actor, at,
                expires, changed)
            SELECT p_id, p_key, p_fingerprint, 'reserved', p_orders, p_answer, p_revision, p_actor, u.at, p_expires,
                u.at FROM u
        )
        INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act)
        SELECT u.at, 'reserve', p_id, u.number, 'room', 'reserved', taken, u.room, bound, 0 FROM u
        RETURNING movements.at, movements.room INTO a;
        IF FOUND THEN
            RETURN ARRAY[a.at, a.room];
        END IF;
    END IF;
    SELECT (SELECT fingerprint FROM reservations WHERE id = p_id), revision INTO known, current FROM world_head;
    IF known IS NOT NULL THEN
        IF known <> p_fingerprint THEN
            RAISE EXCEPTION 'key reused' USING ERRCODE = 'LG003';
        END IF;
        RETURN NULL;
    END IF;
    IF current <> p_revision THEN
        RAISE EXCEPTION 'stale world' USING ERRCODE = 'LG004', DETAIL = current::text;
    END IF;
    IF p_beside IS NOT NULL THEN
        FOR i IN 1 .. jsonb_array_length(p_purchases) LOOP
            PERFORM pg_advisory_xact_lock(hashtextextended(p_purchases ->> (i - 1), 1));
        END LOOP;
        IF ARRAY(
            SELECT DISTINCT r.id FROM purchases p JOIN reservations r ON r.id = p.reservation
            WHERE r.state IN ('reserved', 'committed')
                AND p.purchase IN (SELECT jsonb_array_elements_text(p_purchases)) ORDER BY 1
        ) IS DISTINCT FROM ARRAY(SELECT DISTINCT jsonb_array_elements_text(p_beside) ORDER BY 1) THEN
            RAISE EXCEPTION 'another of the purchase' USING ERRCODE = 'LG005';
        END IF;
    END IF;
    -- INVARIANT: the claims come in the order of their names, in which all lock
    FOR i IN 1 .. count LOOP
        c := p_claims -> (i - 1);
        taken := (c ->> 1)::bigint;
        bound := (c ->> 2)::integer;
        UPDATE accounts SET reserved = reserved + taken, binds = greatest(binds, bound),
            at = greatest(at, p_at)
        WHERE name = c ->> 0 AND at <= p_at + p_tolerance
            AND (bound = 0 OR capacity - recorded - reserved - committed >= taken)
        RETURNING number, at, capacity - recorded - reserved - committed AS room INTO a;
        IF NOT FOUND THEN
            IF jsonb_array_length(c) = 3 THEN
                -- the account may have to be opened: the client tells all of it
                RAISE EXCEPTION 'tell all' USING ERRCODE = 'LG006';
            END IF;
            INSERT INTO accounts (name, pack, rule, holder, holder_key, period, kind, unit, standing, scale, binds,
                capacity, recorded, reserved, committed, at)
            VALUES (c ->> 0, c ->> 3, c ->> 4, c ->> 5, c ->> 6, c ->> 7, c ->> 8, c ->> 9, c ->> 10,
                (c ->> 11)::bigint, bound, (c ->> 12)::bigint, (c ->> 13)::bigint, taken, 0, p_at)
            ON CONFLICT (name) DO NOTHING
            RETURNING number, at, capacity - recorded - reserved - committed AS room INTO a;
            IF FOUND THEN
                opened := opened || i;
                IF bound = 1 AND a.room < 0 THEN
                    lacking := lacking || jsonb_build_array(jsonb_build_array(i - 1, a.room + taken));
                END IF;
            ELSE
                SELECT number, at, capacity - recorded - reserved - committed - taken AS room INTO a
                FROM accounts WHERE name = (c ->> 0) FOR UPDATE;
                IF bound = 1 AND a.room < 0 THEN
                    lacking := lacking || jsonb_build_array(jsonb_build_array(i - 1, a.room + taken));
                ELSE
                    UPDATE accounts SET reserved = reserved + taken, binds = greatest(binds, bound),
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
        c := p_claims -> (current::integer - 1);
        INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act)
        VALUES (last, 'open', '', numbers[current], 'limit', 'room', (c ->> 12)::bigint, (c ->> 12)::bigint, 1, 0);
        IF (c ->> 13)::bigint > 0 THEN
            INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act)
            VALUES (last, 'record', '', numbers[current], 'room', 'recorded', (c ->> 13)::bigint,
                rooms[current] + (c ->> 1)::bigint, 1, 0);
        END IF;
    END LOOP;
    INSERT INTO reservations (id, request_key, fingerprint, state, orders, answer, revision, actor, at, expires,
        changed)
    VALUES (p_id, p_key, p_fingerprint, 'reserved', p_orders, p_answer, p_revision, p_actor, last, p_expires, last);
    FOR i IN 1 .. jsonb_array_length(p_purchases) LOOP
        INSERT INTO purchases (purchase, reservation) VALUES (p_purchases ->> (i - 1), p_id);
    END LOOP;
    FOR i IN 1 .. count LOOP
        c := p_claims -> (i - 1);
        INSERT INTO movements (at, kind, reservation, account, source, target, amount, room, binds, act)
        VALUES (last, 'reserve', p_id, numbers[i], 'room', 'reserved', (c ->> 1)::bigint, rooms[i],
            (c ->> 2)::integer, 0);
    END LOOP;
    RETURN last || rooms;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE accounts SET (fillfactor = 20)")  # a row that changes often finds room beside itself
        # to check what the statements themselves see to costs a fifth of a reservation; `ledger check` tells of it
        op.execute("ALTER TABLE movements DROP CONSTRAINT from_one_side_to_another")
        op.execute("ALTER TABLE movements DROP CONSTRAINT movements_amount_check")
        op.execute(RESERVE)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_reserve")
        op.execute("ALTER TABLE accounts RESET (fillfactor)")
        op.execute("ALTER TABLE movements ADD CONSTRAINT from_one_side_to_another CHECK (source <> target)")
        op.execute("ALTER TABLE movements ADD CONSTRAINT movements_amount_check CHECK (amount >= 0)")
