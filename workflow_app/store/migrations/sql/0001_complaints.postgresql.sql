-- Complaints about registered reductions: what was said stays, an answer is given once.

CREATE TABLE complaint (
  id VARCHAR(32) NOT NULL,
  receipt VARCHAR(20) NOT NULL,
  project_id VARCHAR(32) NOT NULL,
  serial VARCHAR(80) DEFAULT '' NOT NULL,
  case_id VARCHAR(32),
  received_at BIGINT NOT NULL,
  text TEXT NOT NULL,
  author TEXT,
  state VARCHAR(64) NOT NULL,
  correction_id VARCHAR(32),
  outcome VARCHAR(64),
  reply TEXT,
  decided_at BIGINT,
  CONSTRAINT pk_complaint PRIMARY KEY (id),
  CONSTRAINT ck_complaint_text CHECK (length(text) > 0),
  CONSTRAINT ck_complaint_state CHECK (state IN ('received', 'taken_up', 'answered')),
  CONSTRAINT ck_complaint_outcome CHECK (outcome IN ('confirmed', 'dismissed', 'not_taken_up')),
  CONSTRAINT ck_complaint_answered CHECK ((state = 'answered') = (reply IS NOT NULL) AND (reply IS NULL) = (decided_at IS NULL) AND (reply IS NULL) = (outcome IS NULL)),
  CONSTRAINT uq_complaint_receipt UNIQUE (receipt),
  CONSTRAINT fk_complaint_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT fk_complaint_correction_id FOREIGN KEY(correction_id) REFERENCES correction (id)
)

CREATE INDEX ix_complaint_project_id ON complaint (project_id)

CREATE INDEX ix_complaint_state ON complaint (state, received_at)

-- What was said is fixed; a correction is named once, and an answer is given once.
CREATE FUNCTION jcer_complaint_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'answered' OR NEW.id <> OLD.id OR NEW.receipt <> OLD.receipt
      OR NEW.project_id <> OLD.project_id OR NEW.serial <> OLD.serial OR NEW.received_at <> OLD.received_at
      OR NEW.text <> OLD.text OR NEW.author IS DISTINCT FROM OLD.author
      OR (OLD.case_id IS NOT NULL AND NEW.case_id IS DISTINCT FROM OLD.case_id)
      OR (OLD.correction_id IS NOT NULL AND NEW.correction_id IS DISTINCT FROM OLD.correction_id) THEN
    PERFORM jcer_refuse('complaint_final');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER complaint_fixed BEFORE UPDATE ON complaint
FOR EACH ROW EXECUTE FUNCTION jcer_complaint_fixed()
