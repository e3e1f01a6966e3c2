-- 首期与项目一并办理: whatever is applied for before its project is registered is published with it (I9), and
-- whether a batch needs a notice is pinned when it is received.
CREATE FUNCTION jcer_batch_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.notice_required IS DISTINCT FROM OLD.notice_required THEN
      PERFORM jcer_refuse('notice_pinned');
    END IF;
  ELSIF NOT NEW.notice_required
    AND NOT EXISTS (SELECT 1 FROM batch WHERE id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM registration WHERE project_id = NEW.project_id) THEN
    PERFORM jcer_refuse('first_notice_required');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER batch_notice BEFORE INSERT OR UPDATE ON batch
FOR EACH ROW EXECUTE FUNCTION jcer_batch_notice()

-- Every notice before registration named the project, with its first batch or without: an objection to any
-- that was stopped blocks the registration until it is decided.
CREATE FUNCTION jcer_registration_stopped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM comment c JOIN public_notice stopped ON stopped.id = c.notice_id
             WHERE stopped.project_id = NEW.project_id AND stopped.state = 'terminated'
               AND NOT c.late AND c.outcome IS NULL AND (c.kind IS NULL OR c.kind = 'objection')) THEN
    PERFORM jcer_refuse('open_objection');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER registration_stopped BEFORE INSERT ON registration
FOR EACH ROW EXECUTE FUNCTION jcer_registration_stopped()
