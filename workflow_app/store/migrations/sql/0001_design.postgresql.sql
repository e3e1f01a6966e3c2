-- Deployments, and work on the next version: drafts and proposals. A proposal names an immutable version and is
-- decided once, by another person.
CREATE TABLE deployment (
  sequence INTEGER NOT NULL,
  version VARCHAR(64) NOT NULL,
  effective_from BIGINT NOT NULL,
  deployed_at BIGINT NOT NULL,
  deployed_by VARCHAR(32),
  approved_by VARCHAR(32),
  reason TEXT NOT NULL,
  statute VARCHAR(64) NOT NULL,
  CONSTRAINT pk_deployment PRIMARY KEY (sequence),
  CONSTRAINT ck_deployment_second_person CHECK (deployed_by IS NULL OR (approved_by IS NOT NULL AND approved_by <> deployed_by)),
  CONSTRAINT ck_deployment_sequence CHECK (sequence >= 1),
  CONSTRAINT ck_deployment_effective_from CHECK (effective_from >= deployed_at),
  CONSTRAINT fk_deployment_version FOREIGN KEY(version) REFERENCES definition_version (version)
)

CREATE INDEX ix_deployment_version ON deployment (version)

CREATE TABLE definition_draft (
  id VARCHAR(32) NOT NULL,
  title VARCHAR(200) NOT NULL,
  base VARCHAR(64) NOT NULL,
  state VARCHAR(64) NOT NULL,
  opened_by VARCHAR(32) NOT NULL,
  opened_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  editor VARCHAR(32),
  editing_until BIGINT,
  CONSTRAINT pk_definition_draft PRIMARY KEY (id),
  CONSTRAINT ck_definition_draft_state CHECK (state IN ('open', 'proposed', 'deployed', 'discarded')),
  CONSTRAINT ck_definition_draft_editor CHECK ((editor IS NULL) = (editing_until IS NULL)),
  CONSTRAINT fk_definition_draft_base FOREIGN KEY(base) REFERENCES definition_version (version)
)

CREATE TABLE definition_draft_file (
  draft_id VARCHAR(32) NOT NULL,
  path VARCHAR(200) NOT NULL,
  body BYTEA,
  revision INTEGER NOT NULL,
  changed_by VARCHAR(32) NOT NULL,
  changed_at BIGINT NOT NULL,
  CONSTRAINT pk_definition_draft_file PRIMARY KEY (draft_id, path),
  CONSTRAINT ck_definition_draft_file_revision CHECK (revision >= 1),
  CONSTRAINT fk_definition_draft_file_draft_id FOREIGN KEY(draft_id) REFERENCES definition_draft (id)
)

CREATE TABLE proposal (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(40) NOT NULL,
  draft_id VARCHAR(32),
  version VARCHAR(64) NOT NULL,
  base VARCHAR(64) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  reason TEXT NOT NULL,
  effective_from BIGINT,
  warnings TEXT NOT NULL,
  statute VARCHAR(64) NOT NULL,
  state VARCHAR(64) NOT NULL,
  submitted_by VARCHAR(32) NOT NULL,
  submitted_at BIGINT NOT NULL,
  authors TEXT NOT NULL,
  decided_by VARCHAR(32),
  decided_at BIGINT,
  decision_reason TEXT,
  CONSTRAINT pk_proposal PRIMARY KEY (id),
  CONSTRAINT ck_proposal_state CHECK (state IN ('submitted', 'approved', 'rejected', 'withdrawn')),
  CONSTRAINT ck_proposal_kind CHECK (kind IN ('process', 'article_fixed', 'rollback')),
  CONSTRAINT ck_proposal_decided CHECK ((state = 'submitted') = (decided_by IS NULL)),
  CONSTRAINT ck_proposal_second_person CHECK (state <> 'approved' OR decided_by <> submitted_by),
  CONSTRAINT uq_proposal_number UNIQUE (number),
  CONSTRAINT fk_proposal_draft_id FOREIGN KEY(draft_id) REFERENCES definition_draft (id),
  CONSTRAINT fk_proposal_version FOREIGN KEY(version) REFERENCES definition_version (version),
  CONSTRAINT fk_proposal_base FOREIGN KEY(base) REFERENCES definition_version (version)
)

CREATE INDEX ix_proposal_state ON proposal (state, submitted_at)

-- A proposal is decided once; what it proposes stays.
CREATE FUNCTION jcer_proposal_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'submitted' OR NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.version <> OLD.version OR NEW.base <> OLD.base
  OR NEW.kind <> OLD.kind OR NEW.reason <> OLD.reason OR NEW.effective_from IS DISTINCT FROM OLD.effective_from
  OR NEW.warnings <> OLD.warnings OR NEW.statute <> OLD.statute OR NEW.submitted_by <> OLD.submitted_by
  OR NEW.submitted_at <> OLD.submitted_at OR NEW.authors <> OLD.authors OR NEW.draft_id IS DISTINCT FROM OLD.draft_id THEN
    PERFORM jcer_refuse('proposal_decided');
  END IF;
  RETURN NEW;
END
$$

CREATE TRIGGER proposal_fixed BEFORE UPDATE ON proposal
FOR EACH ROW EXECUTE FUNCTION jcer_proposal_fixed()

-- Only what a second person approved is deployed; the first version came with the product.
CREATE FUNCTION jcer_deployment_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequence > 1 AND (NEW.deployed_by IS NULL OR NOT EXISTS (
    SELECT 1 FROM proposal WHERE proposal.version = NEW.version AND proposal.state = 'approved'
      AND proposal.submitted_by = NEW.deployed_by AND proposal.decided_by = NEW.approved_by)) THEN
    PERFORM jcer_refuse('not_approved');
  END IF;
  RETURN NEW;
END
$$

CREATE TRIGGER deployment_approved BEFORE INSERT ON deployment
FOR EACH ROW EXECUTE FUNCTION jcer_deployment_approved()
