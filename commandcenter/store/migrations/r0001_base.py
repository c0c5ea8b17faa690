"""Revision 1: the journal, the states, the messages and the outbox."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.store.migrations import ddl

_TABLES: Final = (
    """CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) {end}""",
    """CREATE TABLE fact (
        id {id}, seat TEXT NOT NULL, number {big} NOT NULL, kind TEXT NOT NULL,
        subject TEXT NOT NULL, at {big} NOT NULL, recorded_at {big} NOT NULL,
        actor TEXT NOT NULL, role TEXT NOT NULL, data TEXT NOT NULL,
        prev {blob} NOT NULL, hash {blob} NOT NULL
    ) {end}""",
    """CREATE UNIQUE INDEX fact_chain ON fact (seat, number)""",
    """CREATE INDEX fact_subject ON fact (subject, id)""",
    """CREATE TABLE "case" (
        no TEXT PRIMARY KEY NOT NULL, version {int} NOT NULL, state TEXT NOT NULL,
        since {big} NOT NULL, urgency {int} NOT NULL, category TEXT, channel TEXT NOT NULL,
        grid TEXT, village TEXT, body TEXT, title TEXT NOT NULL,
        source TEXT NOT NULL, source_no TEXT,
        occurred_at {big} NOT NULL, reported_at {big} NOT NULL, received_at {big} NOT NULL,
        claimed_by TEXT, claimed_at {big}, filed_at {big}, rejected_at {big},
        first_dispatched_at {big}, dispatched_at {big}, accepted_at {big}, due_at {big},
        result_at {big}, check_due_at {big}, closed_at {big}, reckoned_at {big},
        outcome TEXT, hops {int} NOT NULL, dispatches {int} NOT NULL,
        rework_count {int} NOT NULL, reopen_count {int} NOT NULL, county_help {bool} NOT NULL,
        parent TEXT, followed_up_at {big}, solved {bool}, satisfied TEXT, whole TEXT NOT NULL
    ) {end}""",
    """CREATE INDEX case_state ON "case" (state, since)""",
    """CREATE INDEX case_source ON "case" (source, source_no) WHERE source_no IS NOT NULL""",
    """CREATE TABLE whistle (
        no TEXT PRIMARY KEY NOT NULL, version {int} NOT NULL,
        case_no TEXT NOT NULL REFERENCES "case" (no), kind TEXT NOT NULL,
        blown_at {big} NOT NULL, closed_at {big}, whole TEXT NOT NULL
    ) {end}""",
    """CREATE INDEX whistle_case ON whistle (case_no)""",
    """CREATE INDEX whistle_running ON whistle (no) WHERE closed_at IS NULL""",
    """CREATE TABLE summons (
        whistle_no TEXT NOT NULL REFERENCES whistle (no), body TEXT NOT NULL,
        case_no TEXT NOT NULL, lead {bool} NOT NULL, state TEXT NOT NULL,
        blown_at {big} NOT NULL, answer_by {big} NOT NULL, report_in_by {big} NOT NULL,
        notified_at {big}, answered_at {big}, reported_in_at {big}, finished_at {big},
        released_at {big}, refused_at {big}, no_answer_at {big}, no_show_at {big},
        PRIMARY KEY (whistle_no, body)
    ) {end}""",
    """CREATE TABLE video_alert (
        key TEXT PRIMARY KEY NOT NULL, version {int} NOT NULL, source TEXT NOT NULL,
        alert_id TEXT NOT NULL, camera TEXT NOT NULL, priority {int} NOT NULL,
        algorithm TEXT NOT NULL, grid TEXT, started_at {big} NOT NULL, received_at {big} NOT NULL,
        verdict TEXT, reviewed_at {big}, case_no TEXT, cleared {bool} NOT NULL, whole TEXT NOT NULL
    ) {end}""",
    """CREATE INDEX video_alert_id ON video_alert (alert_id)""",
    """CREATE INDEX video_alert_waiting ON video_alert (received_at) WHERE verdict IS NULL""",
    """CREATE TABLE message (
        source TEXT NOT NULL, id TEXT NOT NULL, revision {int} NOT NULL, feed TEXT NOT NULL,
        sequence {big}, type TEXT NOT NULL, time {big} NOT NULL, recorded {big},
        received_at {big} NOT NULL, digest {blob} NOT NULL, case_no TEXT, raw TEXT NOT NULL,
        PRIMARY KEY (source, id, revision)
    ) {end}""",
    """CREATE TABLE quarantine (
        id {id}, feed TEXT NOT NULL, sequence {big}, reason TEXT NOT NULL, detail TEXT NOT NULL,
        received_at {big} NOT NULL, raw TEXT NOT NULL, taken_back_at {big}
    ) {end}""",
    """CREATE INDEX quarantine_waiting ON quarantine (id) WHERE taken_back_at IS NULL""",
    """CREATE TABLE gap (
        id {id}, feed TEXT NOT NULL, first {big} NOT NULL, last {big}, reason TEXT NOT NULL,
        at {big} NOT NULL
    ) {end}""",
    """CREATE TABLE cursor (feed TEXT PRIMARY KEY NOT NULL, epoch TEXT, acked {big}) {end}""",
    """CREATE TABLE reporter (
        id {id}, case_no TEXT NOT NULL, source TEXT, message TEXT, name TEXT NOT NULL,
        phone TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL
    ) {end}""",
    """CREATE INDEX reporter_case ON reporter (case_no)""",
    """CREATE TABLE position (
        id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT,
        lon {real} NOT NULL, lat {real} NOT NULL, at {big} NOT NULL, status TEXT NOT NULL
    ) {end}""",
    """CREATE TABLE outbox (
        id TEXT PRIMARY KEY NOT NULL, rank {int} NOT NULL, feed TEXT NOT NULL, type TEXT NOT NULL,
        subject TEXT NOT NULL, body TEXT NOT NULL, data TEXT NOT NULL, time {big} NOT NULL,
        leaves_at {big} NOT NULL, state TEXT NOT NULL, settled_at {big}, reason TEXT NOT NULL
    ) {end}""",
    """CREATE INDEX outbox_pending ON outbox (subject) WHERE state = 'pending'""",
    """CREATE TABLE series (name TEXT PRIMARY KEY NOT NULL, last {big} NOT NULL) {end}""",
    """CREATE TABLE crossing (
        subject TEXT NOT NULL, kind TEXT NOT NULL, part TEXT NOT NULL, cycle {int} NOT NULL,
        at {big} NOT NULL, PRIMARY KEY (subject, kind, part, cycle)
    ) {end}""",
)

_SQLITE: Final = (
    """CREATE TRIGGER fact_never_updated BEFORE UPDATE ON fact
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER fact_never_deleted BEFORE DELETE ON fact
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    # INSERT OR REPLACE deletes without the trigger above: so nothing may be replaced
    """CREATE TRIGGER fact_in_order BEFORE INSERT ON fact
        WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM fact WHERE seat = NEW.seat)
            OR EXISTS (SELECT 1 FROM fact WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the journal is written in order'); END""",
)

_POSTGRESQL: Final = (
    # numbers of parallel transactions become visible out of order; (xid, id) tells what is new
    """ALTER TABLE fact ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id()""",
    """CREATE INDEX fact_tail ON fact (xid, id)""",
    """CREATE FUNCTION fact_is_final() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the journal is append-only'
            USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER fact_never_changed BEFORE UPDATE OR DELETE ON fact
        FOR EACH ROW EXECUTE FUNCTION fact_is_final()""",
    """CREATE TRIGGER fact_never_emptied BEFORE TRUNCATE ON fact
        FOR EACH STATEMENT EXECUTE FUNCTION fact_is_final()""",
)


def upgrade(connection: Connection) -> None:
    """Lay out an empty store."""
    ddl.run(connection, _TABLES, {"sqlite": _SQLITE, "postgresql": _POSTGRESQL})
