-- 首期与项目一并办理: whatever is applied for before its project is registered is published with it (I9).
CREATE TRIGGER batch_first_notice BEFORE INSERT ON batch
WHEN NOT NEW.notice_required AND NOT EXISTS (SELECT 1 FROM batch WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'jcer:first_notice_required')
  WHERE NOT EXISTS (SELECT 1 FROM registration WHERE project_id = NEW.project_id);
END

-- Whether a batch needs a notice is pinned when it is received.
CREATE TRIGGER batch_notice_pinned BEFORE UPDATE ON batch
WHEN NEW.notice_required IS NOT OLD.notice_required
BEGIN
  SELECT RAISE(ABORT, 'jcer:notice_pinned');
END

-- Every notice before registration named the project, with its first batch or without: an objection to any
-- that was stopped blocks the registration until it is decided.
CREATE TRIGGER registration_stopped BEFORE INSERT ON registration
BEGIN
  SELECT RAISE(ABORT, 'jcer:open_objection') FROM comment
  JOIN public_notice stopped ON stopped.id = comment.notice_id
  WHERE stopped.project_id = NEW.project_id AND stopped.state = 'terminated'
    AND NOT late AND comment.outcome IS NULL AND (kind IS NULL OR kind = 'objection');
END
