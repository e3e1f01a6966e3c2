-- Posts from date to date, and what organisations were called. PostgreSQL has the same in its own file.

CREATE TABLE organisation_name (
  id VARCHAR(32) NOT NULL,
  organisation_id VARCHAR(32) NOT NULL,
  name VARCHAR(100) NOT NULL,
  valid_from DATE NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  entered_at BIGINT NOT NULL,
  entered_by VARCHAR(32),
  CONSTRAINT pk_organisation_name PRIMARY KEY (id),
  CONSTRAINT uq_organisation_name_organisation_id_valid_from UNIQUE (organisation_id, valid_from),
  CONSTRAINT ck_organisation_name_name CHECK (length(name) > 0),
  CONSTRAINT fk_organisation_name_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)

-- 任职: two posts of one person in one role for one organisation share no day; none in a closed organisation.
CREATE TRIGGER role_assignment_dates BEFORE INSERT ON role_assignment
WHEN NEW.revoked_at IS NULL
BEGIN
  SELECT RAISE(ABORT, 'jcer:post_overlaps') FROM role_assignment
  WHERE user_id = NEW.user_id AND role = NEW.role AND id <> NEW.id AND revoked_at IS NULL
    AND coalesce(organisation_id, '') = coalesce(NEW.organisation_id, '')
    AND valid_from <= coalesce(NEW.valid_to, '9999-12-31')
    AND NEW.valid_from <= coalesce(valid_to, '9999-12-31');
  SELECT RAISE(ABORT, 'jcer:organisation_closed') FROM organisation
  WHERE id = NEW.organisation_id AND status = 'closed';
END

-- What was held stays on record: only the last day changes, and a post taken away not even that.
CREATE TRIGGER role_assignment_fixed BEFORE UPDATE ON role_assignment
BEGIN
  SELECT RAISE(ABORT, 'jcer:post_fixed')
  WHERE NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id OR NEW.role <> OLD.role
    OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.valid_from <> OLD.valid_from
    OR OLD.revoked_at IS NOT NULL;
  SELECT RAISE(ABORT, 'jcer:post_overlaps') FROM role_assignment
  WHERE NEW.revoked_at IS NULL AND user_id = NEW.user_id AND role = NEW.role AND id <> NEW.id
    AND revoked_at IS NULL AND coalesce(organisation_id, '') = coalesce(NEW.organisation_id, '')
    AND valid_from <= coalesce(NEW.valid_to, '9999-12-31')
    AND NEW.valid_from <= coalesce(valid_to, '9999-12-31');
END

-- 停用: an organisation for which a post still stands on or after that day stays in use.
CREATE TRIGGER organisation_closing BEFORE UPDATE OF status ON organisation
WHEN NEW.status = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'jcer:organisation_in_use') FROM role_assignment
  WHERE organisation_id = NEW.id AND revoked_at IS NULL AND coalesce(valid_to, '9999-12-31') >= NEW.closed_on;
END
