-- Running cases moved to another version: asked for by one, approved by another, never asked for again.

CREATE TABLE migration (
  id VARCHAR(32) NOT NULL,
  target VARCHAR(64) NOT NULL,
  reason TEXT NOT NULL,
  state VARCHAR(64) NOT NULL,
  back BOOLEAN DEFAULT false NOT NULL,
  requested_by VARCHAR(32) NOT NULL,
  requested_at BIGINT NOT NULL,
  decided_by VARCHAR(32),
  decided_at BIGINT,
  changed_at BIGINT NOT NULL,
  CONSTRAINT pk_migration PRIMARY KEY (id),
  CONSTRAINT ck_migration_state CHECK (state IN ('requested', 'rejected', 'running', 'stopped', 'done')),
  CONSTRAINT ck_migration_reason CHECK (length(reason) > 0),
  CONSTRAINT ck_migration_decided CHECK ((state = 'requested') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
  CONSTRAINT ck_migration_second_person CHECK (state = 'rejected' OR decided_by IS NULL OR decided_by <> requested_by)
)

CREATE INDEX ix_migration_state ON migration (state, requested_at)

CREATE TABLE migration_case (
  migration_id VARCHAR(32) NOT NULL,
  case_id VARCHAR(32) NOT NULL,
  position INTEGER NOT NULL,
  from_version VARCHAR(64) NOT NULL,
  state VARCHAR(64) NOT NULL,
  remarks TEXT DEFAULT '[]' NOT NULL,
  revision INTEGER,
  changed_at BIGINT NOT NULL,
  CONSTRAINT pk_migration_case PRIMARY KEY (migration_id, case_id),
  CONSTRAINT ck_migration_case_state CHECK (state IN ('pending', 'moved', 'skipped', 'failed', 'reverted', 'kept')),
  CONSTRAINT ck_migration_case_revision CHECK ((state IN ('moved', 'reverted', 'kept')) = (revision IS NOT NULL)),
  CONSTRAINT ck_migration_case_position CHECK (position >= 0)
)

CREATE INDEX ix_migration_case_position ON migration_case (migration_id, state, position)

CREATE INDEX ix_migration_case_case_id ON migration_case (case_id)

-- What was asked for stays; a decision is taken once.
CREATE TRIGGER migration_fixed BEFORE UPDATE ON migration
BEGIN
  SELECT RAISE(ABORT, 'jcer:migration_fixed')
  WHERE OLD.state = 'rejected' OR NEW.id <> OLD.id OR NEW.target <> OLD.target OR NEW.reason <> OLD.reason
    OR NEW.requested_by <> OLD.requested_by OR NEW.requested_at <> OLD.requested_at
    OR (OLD.decided_by IS NOT NULL AND (NEW.decided_by IS NOT OLD.decided_by OR NEW.decided_at IS NOT OLD.decided_at))
    OR (OLD.back AND NOT NEW.back);
END
