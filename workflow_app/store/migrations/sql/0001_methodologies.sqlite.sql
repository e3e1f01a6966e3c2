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

CREATE TRIGGER methodology_version_new BEFORE INSERT ON methodology_version
BEGIN
  SELECT RAISE(ABORT, 'jcer:methodology_versions_overlap') FROM methodology_version
  WHERE code = NEW.code AND (effective_until IS NULL OR effective_until > NEW.effective_from);
END

CREATE TRIGGER methodology_version_final BEFORE UPDATE ON methodology_version
WHEN OLD.effective_until IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.code IS NOT OLD.code
  OR NEW.version IS NOT OLD.version OR NEW.document IS NOT OLD.document
  OR NEW.effective_from IS NOT OLD.effective_from OR NEW.gases IS NOT OLD.gases
  OR NEW.gwp_set IS NOT OLD.gwp_set OR NEW.crediting_required IS NOT OLD.crediting_required
  OR NEW.entered_at IS NOT OLD.entered_at
BEGIN
  SELECT RAISE(ABORT, 'jcer:methodology_version_final');
END

CREATE TRIGGER project_methodology_pinned BEFORE UPDATE ON project
WHEN OLD.state IN ('registered', 'deregistered', 'revoked', 'completed')
  AND (NEW.methodology_code IS NOT OLD.methodology_code
    OR NEW.methodology_version IS NOT OLD.methodology_version)
BEGIN
  SELECT RAISE(ABORT, 'jcer:methodology_pinned');
END

-- 修改轮次: once a batch is under assessment its tonnes may only fall.
CREATE TRIGGER batch_tonnes_fall BEFORE UPDATE ON batch
WHEN NEW.quantity > OLD.quantity AND OLD.state NOT IN ('draft', 'formal_review', 'correction')
BEGIN
  SELECT RAISE(ABORT, 'jcer:batch_tonnes_rise');
END

-- I9: the opinion and the notice a batch is issued on are its own.
CREATE TRIGGER batch_own_grounds BEFORE UPDATE ON batch
WHEN NEW.issued IS NOT NULL AND OLD.issued IS NULL
BEGIN
  SELECT RAISE(ABORT, 'jcer:opinion_of_other_batch') FROM panel_opinion
  WHERE id = NEW.opinion_id AND batch_id IS NOT NEW.id;
  SELECT RAISE(ABORT, 'jcer:notice_of_other_batch') FROM public_notice
  WHERE id = NEW.notice_id AND batch_id IS NOT NEW.id;
END
