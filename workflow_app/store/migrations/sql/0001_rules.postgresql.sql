-- The rules of the programme as triggers (K). SQLite has the same in its own file. Where two
-- transactions could each see half, the trigger first locks the row they meet at.

CREATE FUNCTION jcer_refuse(code text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = 'jcer:' || code, ERRCODE = 'check_violation';
END $$

CREATE FUNCTION jcer_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM jcer_refuse('append_only');
  RETURN NULL;
END $$

-- A stream's head only moves on by one.
CREATE FUNCTION jcer_event_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.stream <> OLD.stream OR NEW.seq <> OLD.seq + 1 THEN
    PERFORM jcer_refuse('append_only');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER event_head_forward BEFORE UPDATE ON event_head
FOR EACH ROW EXECUTE FUNCTION jcer_event_head_forward()

-- 职责分离: one person is never clerk and leader, nor maker and checker, on one project.
CREATE FUNCTION jcer_duty_separation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject_id || NEW.user_id, 355));
  IF EXISTS (SELECT 1 FROM duty WHERE subject_id = NEW.subject_id AND user_id = NEW.user_id
             AND ((role = 'department_clerk' AND NEW.role = 'department_leader')
               OR (role = 'department_leader' AND NEW.role = 'department_clerk'))) THEN
    PERFORM jcer_refuse('clerk_is_leader');
  END IF;
  IF EXISTS (SELECT 1 FROM duty WHERE subject_id = NEW.subject_id AND user_id = NEW.user_id
             AND ((role = 'exchange_maker' AND NEW.role = 'exchange_checker')
               OR (role = 'exchange_checker' AND NEW.role = 'exchange_maker'))) THEN
    PERFORM jcer_refuse('maker_is_checker');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER duty_separation BEFORE INSERT ON duty
FOR EACH ROW EXECUTE FUNCTION jcer_duty_separation()

CREATE FUNCTION jcer_duty_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.subject_id <> OLD.subject_id OR NEW.user_id <> OLD.user_id OR NEW.role <> OLD.role THEN
    PERFORM jcer_refuse('append_only');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER duty_fixed BEFORE UPDATE ON duty
FOR EACH ROW EXECUTE FUNCTION jcer_duty_fixed()

-- 公示: a published closing time never moves earlier; a closed notice is final but for its result.
CREATE FUNCTION jcer_public_notice_floor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.closes_at < OLD.closes_at THEN
    PERFORM jcer_refuse('closing_moved_earlier');
  END IF;
  IF NEW.project_id <> OLD.project_id OR NEW.published_at <> OLD.published_at
    OR NEW.batch_id IS DISTINCT FROM OLD.batch_id OR NEW.quantity IS DISTINCT FROM OLD.quantity
    OR NEW.working_days < OLD.working_days
    OR (OLD.state <> 'open' AND (NEW.state <> OLD.state OR NEW.closes_at <> OLD.closes_at
        OR NEW.closed_at IS DISTINCT FROM OLD.closed_at))
    OR (OLD.outcome IS NOT NULL AND NEW.outcome IS DISTINCT FROM OLD.outcome) THEN
    PERFORM jcer_refuse('notice_final');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER public_notice_floor BEFORE UPDATE ON public_notice
FOR EACH ROW EXECUTE FUNCTION jcer_public_notice_floor()

-- 意见: lateness is a matter of the clock; what was said stays; what was decided stays. The notice's row
-- is shared with the comment until its commit, so that a notice does not close past it.
CREATE FUNCTION jcer_comment_late() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  notice public_notice;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.late = OLD.late THEN
      RETURN NEW;
    END IF;
  END IF;
  SELECT * INTO notice FROM public_notice WHERE id = NEW.notice_id FOR SHARE;
  IF notice.state <> 'terminated' AND NEW.late <> (NEW.received_at >= notice.closes_at) THEN
    PERFORM jcer_refuse('comment_lateness');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER comment_late BEFORE INSERT OR UPDATE ON comment
FOR EACH ROW EXECUTE FUNCTION jcer_comment_late()

CREATE FUNCTION jcer_comment_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.text <> OLD.text OR NEW.receipt <> OLD.receipt OR NEW.notice_id <> OLD.notice_id
    OR NEW.received_at <> OLD.received_at OR NEW.author IS DISTINCT FROM OLD.author
    OR (OLD.outcome IS NOT NULL AND (NEW.outcome IS DISTINCT FROM OLD.outcome
        OR NEW.kind IS DISTINCT FROM OLD.kind)) THEN
    PERFORM jcer_refuse('comment_final');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER comment_final BEFORE UPDATE ON comment
FOR EACH ROW EXECUTE FUNCTION jcer_comment_final()

-- An objection to a stopped notice of the same subject blocks what its successor carries until it is decided.
CREATE FUNCTION jcer_stopped_objection(notice text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM public_notice own
    JOIN public_notice stopped ON stopped.project_id = own.project_id
      AND stopped.batch_id IS NOT DISTINCT FROM own.batch_id AND stopped.state = 'terminated'
    JOIN comment c ON c.notice_id = stopped.id
    WHERE own.id = notice AND NOT c.late AND c.outcome IS NULL AND (c.kind IS NULL OR c.kind = 'objection'))
$$

-- 登记: publicised for its floor, result announced, no objection standing, panel passed before.
CREATE FUNCTION jcer_registration_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  notice public_notice;
  opinion panel_opinion;
BEGIN
  SELECT * INTO notice FROM public_notice WHERE id = NEW.notice_id FOR UPDATE;
  SELECT * INTO opinion FROM panel_opinion WHERE id = NEW.opinion_id;
  IF notice.project_id <> NEW.project_id THEN
    PERFORM jcer_refuse('notice_of_other_project');
  END IF;
  IF notice.state <> 'closed' OR notice.closed_at > NEW.registered_at OR notice.working_days < 5
    OR notice.outcome IS NULL THEN
    PERFORM jcer_refuse('notice_not_closed');
  END IF;
  IF notice.outcome NOT IN ('unopposed', 'dismissed') THEN
    PERFORM jcer_refuse('notice_upheld');
  END IF;
  IF EXISTS (SELECT 1 FROM comment WHERE notice_id = NEW.notice_id AND NOT late
             AND (kind IS NULL OR (kind = 'objection' AND (outcome IS NULL OR outcome <> 'dismissed'))))
    OR jcer_stopped_objection(NEW.notice_id) THEN
    PERFORM jcer_refuse('open_objection');
  END IF;
  IF opinion.project_id <> NEW.project_id OR opinion.result <> 'passed' THEN
    PERFORM jcer_refuse('opinion_not_passed');
  END IF;
  IF opinion.signed_at > notice.published_at THEN
    PERFORM jcer_refuse('notice_before_opinion');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER registration_rules BEFORE INSERT ON registration
FOR EACH ROW EXECUTE FUNCTION jcer_registration_rules()

CREATE FUNCTION jcer_registration_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.project_id <> OLD.project_id OR NEW.number <> OLD.number
    OR NEW.opinion_id <> OLD.opinion_id OR NEW.notice_id <> OLD.notice_id
    OR NEW.account_id <> OLD.account_id OR NEW.maker_id <> OLD.maker_id
    OR NEW.checker_id <> OLD.checker_id OR NEW.registered_at <> OLD.registered_at
    OR NEW.due_at IS DISTINCT FROM OLD.due_at OR NEW.case_id IS DISTINCT FROM OLD.case_id
    OR (OLD.state <> 'active' AND NEW.state <> OLD.state) THEN
    PERFORM jcer_refuse('registration_final');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER registration_final BEFORE UPDATE ON registration
FOR EACH ROW EXECUTE FUNCTION jcer_registration_final()

-- A project is registered by its registration and by nothing else.
CREATE FUNCTION jcer_project_registered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state = 'registered' THEN
      RETURN NEW;
    END IF;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM registration WHERE project_id = NEW.id AND state = 'active'
                 AND number = NEW.number) THEN
    PERFORM jcer_refuse('registration_missing');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER project_registered BEFORE INSERT OR UPDATE ON project
FOR EACH ROW WHEN (NEW.state = 'registered') EXECUTE FUNCTION jcer_project_registered()

-- 分期签发: periods of one project are disjoint and inside its crediting period (I6); I9 for issuing.
CREATE FUNCTION jcer_batch_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  project_row project;
BEGIN
  SELECT * INTO project_row FROM project WHERE id = NEW.project_id FOR UPDATE;
  IF NEW.state NOT IN ('failed', 'lapsed', 'withdrawn') THEN
    -- Those that stand are disjoint already: the last to start before this one ends is the only one to meet.
    IF NEW.period_start <= (SELECT period_end FROM batch WHERE project_id = NEW.project_id
        AND state NOT IN ('failed', 'lapsed', 'withdrawn') AND period_start <= NEW.period_end
        AND id <> NEW.id ORDER BY period_start DESC LIMIT 1) THEN
      PERFORM jcer_refuse('batch_periods_overlap');
    END IF;
    IF NEW.period_start < project_row.crediting_start OR NEW.period_end > project_row.crediting_end THEN
      PERFORM jcer_refuse('batch_outside_crediting_period');
    END IF;
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.issued IS NOT NULL AND NOT EXISTS (SELECT 1 FROM batch WHERE id = NEW.id) THEN
      PERFORM jcer_refuse('batch_final');
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.issued IS NOT NULL THEN
    IF NEW.project_id <> OLD.project_id OR NEW.sequence <> OLD.sequence
      OR NEW.period_start <> OLD.period_start OR NEW.period_end <> OLD.period_end
      OR NEW.quantity <> OLD.quantity OR NEW.calculated <> OLD.calculated
      OR NEW.issued IS DISTINCT FROM OLD.issued OR NEW.issued_at IS DISTINCT FROM OLD.issued_at
      OR NEW.accepted IS DISTINCT FROM OLD.accepted OR NEW.publicised IS DISTINCT FROM OLD.publicised
      OR NEW.opinion_id IS DISTINCT FROM OLD.opinion_id
      OR NEW.notice_id IS DISTINCT FROM OLD.notice_id THEN
      PERFORM jcer_refuse('batch_final');
    END IF;
  ELSIF NEW.issued IS NOT NULL THEN
    IF NOT EXISTS (SELECT 1 FROM registration WHERE project_id = NEW.project_id AND state = 'active') THEN
      PERFORM jcer_refuse('project_not_registered');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM panel_opinion WHERE id = NEW.opinion_id AND project_id = NEW.project_id
                   AND result = 'passed'
                   AND (accepted_tonnes IS NULL OR accepted_tonnes >= NEW.issued)) THEN
      PERFORM jcer_refuse('opinion_not_passed');
    END IF;
    IF (NEW.notice_required OR NEW.notice_id IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM public_notice WHERE id = NEW.notice_id AND project_id = NEW.project_id
                      AND state = 'closed' AND outcome IN ('unopposed', 'dismissed')
                      AND (quantity IS NULL OR quantity >= NEW.issued)) THEN
      PERFORM jcer_refuse('notice_not_closed');
    END IF;
    IF EXISTS (SELECT 1 FROM comment WHERE notice_id = NEW.notice_id AND NOT late
               AND (kind IS NULL
                 OR (kind = 'objection' AND (outcome IS NULL OR outcome <> 'dismissed'))))
      OR jcer_stopped_objection(NEW.notice_id) THEN
      PERFORM jcer_refuse('open_objection');
    END IF;
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER batch_rules BEFORE INSERT OR UPDATE ON batch
FOR EACH ROW EXECUTE FUNCTION jcer_batch_rules()
