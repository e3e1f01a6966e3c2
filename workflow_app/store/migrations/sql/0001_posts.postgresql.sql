-- Posts from date to date, and what organisations were called. SQLite has the same in its own file.

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
-- What was held stays on record: only the last day changes, and a post taken away not even that. Two
-- administrators meet at the person's and the organisation's lock.
CREATE FUNCTION jcer_role_assignment_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id OR NEW.role <> OLD.role
      OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id OR NEW.valid_from <> OLD.valid_from
      OR OLD.revoked_at IS NOT NULL THEN
      PERFORM jcer_refuse('post_fixed');
    END IF;
  END IF;
  IF NEW.revoked_at IS NOT NULL THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('post:' || NEW.user_id, 355));
  IF EXISTS (SELECT 1 FROM role_assignment
             WHERE user_id = NEW.user_id AND role = NEW.role AND id <> NEW.id AND revoked_at IS NULL
               AND coalesce(organisation_id, '') = coalesce(NEW.organisation_id, '')
               AND valid_from <= coalesce(NEW.valid_to, DATE '9999-12-31')
               AND NEW.valid_from <= coalesce(valid_to, DATE '9999-12-31')) THEN
    PERFORM jcer_refuse('post_overlaps');
  END IF;
  IF TG_OP = 'INSERT' AND NEW.organisation_id IS NOT NULL THEN
    PERFORM 1 FROM organisation WHERE id = NEW.organisation_id FOR SHARE;
    IF EXISTS (SELECT 1 FROM organisation WHERE id = NEW.organisation_id AND status = 'closed') THEN
      PERFORM jcer_refuse('organisation_closed');
    END IF;
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER role_assignment_dates BEFORE INSERT OR UPDATE ON role_assignment
FOR EACH ROW EXECUTE FUNCTION jcer_role_assignment_dates()

-- 停用: an organisation for which a post still stands on or after that day stays in use.
CREATE FUNCTION jcer_organisation_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'closed' AND EXISTS (
    SELECT 1 FROM role_assignment
    WHERE organisation_id = NEW.id AND revoked_at IS NULL
      AND coalesce(valid_to, DATE '9999-12-31') >= NEW.closed_on) THEN
    PERFORM jcer_refuse('organisation_in_use');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER organisation_closing BEFORE UPDATE ON organisation
FOR EACH ROW EXECUTE FUNCTION jcer_organisation_closing()
