-- Proposed holiday notices: what was proposed stays, and is decided once, by another person.

CREATE TABLE calendar_proposal (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(40) NOT NULL,
  year INTEGER NOT NULL,
  notice_number VARCHAR(60) NOT NULL,
  issued_on DATE NOT NULL,
  title VARCHAR(200) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  body TEXT NOT NULL,
  reason TEXT NOT NULL,
  base VARCHAR(64) NOT NULL,
  state VARCHAR(64) NOT NULL,
  proposed_by VARCHAR(32),
  proposed_at BIGINT NOT NULL,
  decided_by VARCHAR(32),
  decided_at BIGINT,
  decision_reason TEXT,
  effect TEXT,
  CONSTRAINT pk_calendar_proposal PRIMARY KEY (id),
  CONSTRAINT ck_calendar_proposal_year CHECK (year BETWEEN 2000 AND 2200),
  CONSTRAINT ck_calendar_proposal_kind CHECK (kind IN ('first', 'amendment', 'correction')),
  CONSTRAINT ck_calendar_proposal_state CHECK (state IN ('submitted', 'approved', 'rejected', 'withdrawn')),
  CONSTRAINT ck_calendar_proposal_decided CHECK ((state = 'submitted') = (decided_at IS NULL)),
  CONSTRAINT ck_calendar_proposal_effect CHECK ((state = 'approved') = (effect IS NOT NULL)),
  CONSTRAINT ck_calendar_proposal_second_person CHECK (state <> 'approved' OR (decided_by IS NOT NULL AND (proposed_by IS NULL OR proposed_by <> decided_by))),
  CONSTRAINT uq_calendar_proposal_number UNIQUE (number)
)

CREATE INDEX ix_calendar_proposal_state ON calendar_proposal (state, proposed_at)

CREATE FUNCTION jcer_calendar_proposal_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'submitted' OR NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.year <> OLD.year OR NEW.notice_number <> OLD.notice_number OR NEW.issued_on <> OLD.issued_on
    OR NEW.title <> OLD.title OR NEW.kind <> OLD.kind OR NEW.body <> OLD.body OR NEW.reason <> OLD.reason OR NEW.base <> OLD.base OR NEW.proposed_at <> OLD.proposed_at
    OR NEW.proposed_by IS DISTINCT FROM OLD.proposed_by THEN
    PERFORM jcer_refuse('calendar_proposal_final');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER calendar_proposal_fixed BEFORE UPDATE ON calendar_proposal
FOR EACH ROW EXECUTE FUNCTION jcer_calendar_proposal_fixed()
