-- 方法学版本: entered once, ended once, never two in force on one day; a project keeps the one it applied under.

CREATE TABLE methodology_version (
  id VARCHAR(32) NOT NULL,
  code VARCHAR(60) NOT NULL,
  version INTEGER NOT NULL,
  document VARCHAR(100) DEFAULT '' NOT NULL,
  effective_from DATE NOT NULL,
  effective_until DATE,
  gases TEXT NOT NULL,
  gwp_set VARCHAR(20) DEFAULT '' NOT NULL,
  crediting_required BOOLEAN NOT NULL,
  entered_at BIGINT NOT NULL,
  CONSTRAINT pk_methodology_version PRIMARY KEY (id),
  CONSTRAINT ck_methodology_version_version CHECK (version >= 1),
  CONSTRAINT ck_methodology_version_effective CHECK (effective_until IS NULL OR effective_until > effective_from),
  CONSTRAINT fk_methodology_version_code FOREIGN KEY(code) REFERENCES methodology (code)
)

CREATE UNIQUE INDEX uq_methodology_version_code ON methodology_version (code, version)

CREATE FUNCTION jcer_methodology_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM methodology WHERE code = NEW.code FOR UPDATE;
    IF EXISTS (SELECT 1 FROM methodology_version WHERE code = NEW.code
               AND (effective_until IS NULL OR effective_until > NEW.effective_from)) THEN
      PERFORM jcer_refuse('methodology_versions_overlap');
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.effective_until IS NOT NULL OR NEW.id <> OLD.id OR NEW.code <> OLD.code
    OR NEW.version <> OLD.version OR NEW.document <> OLD.document
    OR NEW.effective_from <> OLD.effective_from OR NEW.gases <> OLD.gases
    OR NEW.gwp_set <> OLD.gwp_set OR NEW.crediting_required <> OLD.crediting_required
    OR NEW.entered_at <> OLD.entered_at THEN
    PERFORM jcer_refuse('methodology_version_final');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER methodology_version_rules BEFORE INSERT OR UPDATE ON methodology_version
FOR EACH ROW EXECUTE FUNCTION jcer_methodology_version()

CREATE FUNCTION jcer_project_methodology() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.methodology_code IS DISTINCT FROM OLD.methodology_code
    OR NEW.methodology_version IS DISTINCT FROM OLD.methodology_version THEN
    PERFORM jcer_refuse('methodology_pinned');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER project_methodology_pinned BEFORE UPDATE ON project
FOR EACH ROW WHEN (OLD.state IN ('registered', 'deregistered', 'revoked', 'completed'))
EXECUTE FUNCTION jcer_project_methodology()

-- 修改轮次: once a batch is under assessment its tonnes may only fall. I9: a batch's grounds are its own.
CREATE FUNCTION jcer_batch_grounds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.quantity > OLD.quantity AND OLD.state NOT IN ('draft', 'formal_review', 'correction') THEN
    PERFORM jcer_refuse('batch_tonnes_rise');
  END IF;
  IF NEW.issued IS NOT NULL AND OLD.issued IS NULL THEN
    IF EXISTS (SELECT 1 FROM panel_opinion WHERE id = NEW.opinion_id
               AND batch_id IS DISTINCT FROM NEW.id) THEN
      PERFORM jcer_refuse('opinion_of_other_batch');
    END IF;
    IF EXISTS (SELECT 1 FROM public_notice WHERE id = NEW.notice_id
               AND batch_id IS DISTINCT FROM NEW.id) THEN
      PERFORM jcer_refuse('notice_of_other_batch');
    END IF;
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER batch_grounds BEFORE UPDATE ON batch
FOR EACH ROW EXECUTE FUNCTION jcer_batch_grounds()
