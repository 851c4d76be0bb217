-- What Django's models cannot say: the append function, the queue of unsequenced entries, partitions, guards.

-- Entries that have no position yet. `xid` says which transaction added them; it is meaningless in another
-- cluster, so a restore sets it to the oldest value and lets the sequencer go on from positions.
CREATE TABLE ledger_pending (
    log text NOT NULL,
    entry_id bigint NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (log, entry_id)
);

CREATE TABLE ledger_position (
    log text NOT NULL,
    position bigint NOT NULL,
    entry_id bigint NOT NULL,
    leaf bytea NOT NULL,
    PRIMARY KEY (log, position)
) PARTITION BY RANGE (position);
CREATE INDEX ledger_position_entry ON ledger_position (log, entry_id);

CREATE FUNCTION ledger_ensure_partition(wanted bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    size constant bigint := 4000000;
    low bigint := (wanted / size) * size;
    name text := 'ledger_position_' || lpad((wanted / size)::text, 6, '0');
BEGIN
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF ledger_position FOR VALUES FROM (%s) TO (%s)',
                       name, low, low + size);
    END IF;
END $$;
SELECT ledger_ensure_partition(1);

CREATE FUNCTION ledger_enqueue() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_pending (log, entry_id) VALUES (TG_ARGV[0], NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_enqueue AFTER INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_enqueue('entry');
CREATE TRIGGER ledger_access_enqueue AFTER INSERT ON ledger_access
    FOR EACH ROW EXECUTE FUNCTION ledger_enqueue('access');

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger entries are only ever added' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_entry_guard BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_access_guard BEFORE UPDATE OR DELETE ON ledger_access
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_seal_guard BEFORE UPDATE OR DELETE ON ledger_seal
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();

-- One round trip: takes the subject's lock until the transaction ends, gives the next subject_seq, adds the
-- envelope and the payload. Statements inside see what others committed while the lock was awaited.
CREATE FUNCTION ledger_append(
    p_lock bigint, p_subject_kind text, p_subject_id text, p_kind text, p_unit text, p_actor_kind text,
    p_actor_ref text, p_actor_role text, p_at timestamptz, p_commitment bytea, p_person uuid, p_salt bytea,
    p_body bytea, OUT o_id bigint, OUT o_seq integer, OUT o_recorded_at timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(p_lock);
    SELECT coalesce(max(subject_seq), 0) + 1 INTO o_seq FROM ledger_entry
     WHERE subject_kind = p_subject_kind AND subject_id = p_subject_id;
    INSERT INTO ledger_entry (subject_kind, subject_id, subject_seq, kind, unit, actor_kind, actor_ref,
                              actor_role, at, recorded_at, commitment)
    VALUES (p_subject_kind, p_subject_id, o_seq, p_kind, p_unit, p_actor_kind, p_actor_ref, p_actor_role,
            p_at, clock_timestamp(), p_commitment)
    RETURNING id, recorded_at INTO o_id, o_recorded_at;
    INSERT INTO ledger_payload (entry_id, person, salt, body) VALUES (o_id, p_person, p_salt, p_body);
END $$;
