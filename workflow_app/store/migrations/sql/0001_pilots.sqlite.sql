-- What a filed pilot leaves behind, and its rules: versions and comments stay, an activity is voided once.

CREATE TABLE pilot_profile (
  id VARCHAR(32) NOT NULL,
  filing_id VARCHAR(32) NOT NULL,
  version INTEGER NOT NULL,
  people TEXT NOT NULL,
  leader_post VARCHAR(100) NOT NULL,
  duties TEXT NOT NULL,
  training_plan TEXT DEFAULT '' NOT NULL,
  absorption_plan TEXT DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  entered_by VARCHAR(32),
  entered_at BIGINT NOT NULL,
  CONSTRAINT pk_pilot_profile PRIMARY KEY (id),
  CONSTRAINT ck_pilot_profile_version CHECK (version >= 1),
  CONSTRAINT ck_pilot_profile_reason CHECK (version = 1 OR length(reason) > 0),
  CONSTRAINT fk_pilot_profile_filing_id FOREIGN KEY(filing_id) REFERENCES pilot_filing (id)
)

CREATE UNIQUE INDEX uq_pilot_profile_filing_id ON pilot_profile (filing_id, version)

CREATE TABLE pilot_activity (
  id VARCHAR(32) NOT NULL,
  filing_id VARCHAR(32) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  title VARCHAR(200) NOT NULL,
  held_on DATE NOT NULL,
  place VARCHAR(200) NOT NULL,
  sessions INTEGER NOT NULL,
  people INTEGER NOT NULL,
  note TEXT DEFAULT '' NOT NULL,
  entered_by VARCHAR(32) NOT NULL,
  entered_at BIGINT NOT NULL,
  voided_by VARCHAR(32),
  voided_at BIGINT,
  void_reason TEXT,
  CONSTRAINT pk_pilot_activity PRIMARY KEY (id),
  CONSTRAINT ck_pilot_activity_kind CHECK (kind IN ('publicity', 'training', 'expert_team', 'other')),
  CONSTRAINT ck_pilot_activity_counts CHECK (sessions >= 1 AND people >= 0),
  CONSTRAINT ck_pilot_activity_voided CHECK ((voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)),
  CONSTRAINT fk_pilot_activity_filing_id FOREIGN KEY(filing_id) REFERENCES pilot_filing (id)
)

CREATE INDEX ix_pilot_activity_filing_id ON pilot_activity (filing_id, held_on)

CREATE TABLE pilot_comment (
  id VARCHAR(32) NOT NULL,
  filing_id VARCHAR(32) NOT NULL,
  project_id VARCHAR(32),
  organisation_id VARCHAR(32) NOT NULL,
  author_id VARCHAR(32) NOT NULL,
  text TEXT NOT NULL,
  written_at BIGINT NOT NULL,
  CONSTRAINT pk_pilot_comment PRIMARY KEY (id),
  CONSTRAINT ck_pilot_comment_text CHECK (length(text) > 0),
  CONSTRAINT fk_pilot_comment_filing_id FOREIGN KEY(filing_id) REFERENCES pilot_filing (id),
  CONSTRAINT fk_pilot_comment_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT fk_pilot_comment_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)

CREATE INDEX ix_pilot_comment_filing_id ON pilot_comment (filing_id, written_at)

CREATE TABLE pilot_evaluation (
  id VARCHAR(32) NOT NULL,
  filing_id VARCHAR(32) NOT NULL,
  sequence INTEGER NOT NULL,
  case_id VARCHAR(32) NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  figures TEXT NOT NULL,
  state VARCHAR(64) NOT NULL,
  report TEXT,
  drafted_by VARCHAR(32),
  signed_by VARCHAR(32),
  signed_at BIGINT,
  begun_at BIGINT NOT NULL,
  CONSTRAINT pk_pilot_evaluation PRIMARY KEY (id),
  CONSTRAINT ck_pilot_evaluation_period CHECK (sequence >= 1 AND period_start <= period_end),
  CONSTRAINT ck_pilot_evaluation_state CHECK (state IN ('drafting', 'reported')),
  CONSTRAINT ck_pilot_evaluation_reported CHECK ((state = 'reported') = (report IS NOT NULL) AND (report IS NULL) = (signed_at IS NULL) AND (signed_at IS NULL) = (signed_by IS NULL)),
  CONSTRAINT ck_pilot_evaluation_second_person CHECK (drafted_by <> signed_by),
  CONSTRAINT fk_pilot_evaluation_filing_id FOREIGN KEY(filing_id) REFERENCES pilot_filing (id)
)

CREATE UNIQUE INDEX uq_pilot_evaluation_filing_id ON pilot_evaluation (filing_id, sequence)

-- 活动: what was entered stays; it may be voided once, with a reason.
CREATE TRIGGER pilot_activity_fixed BEFORE UPDATE ON pilot_activity
BEGIN
  SELECT RAISE(ABORT, 'jcer:pilot_activity_final')
  WHERE OLD.voided_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.filing_id <> OLD.filing_id
    OR NEW.kind <> OLD.kind OR NEW.title <> OLD.title OR NEW.held_on <> OLD.held_on OR NEW.place <> OLD.place
    OR NEW.sessions <> OLD.sessions OR NEW.people <> OLD.people OR NEW.note <> OLD.note
    OR NEW.entered_by <> OLD.entered_by OR NEW.entered_at <> OLD.entered_at;
END

-- R22: the figures are those of the day the period was over; what a leader has signed stays.
CREATE TRIGGER pilot_evaluation_fixed BEFORE UPDATE ON pilot_evaluation
BEGIN
  SELECT RAISE(ABORT, 'jcer:pilot_evaluation_final')
  WHERE OLD.state <> 'drafting' OR NEW.id <> OLD.id OR NEW.filing_id <> OLD.filing_id
    OR NEW.sequence <> OLD.sequence OR NEW.case_id <> OLD.case_id OR NEW.period_start <> OLD.period_start
    OR NEW.period_end <> OLD.period_end OR NEW.figures <> OLD.figures OR NEW.begun_at <> OLD.begun_at;
END
