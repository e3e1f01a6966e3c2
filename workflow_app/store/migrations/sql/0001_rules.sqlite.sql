-- The rules of the programme as triggers (K). PostgreSQL has the same in its own file.

-- A stream's head only moves on by one.
CREATE TRIGGER event_head_forward BEFORE UPDATE ON event_head
WHEN NEW.stream <> OLD.stream OR NEW.seq <> OLD.seq + 1
BEGIN
  SELECT RAISE(ABORT, 'jcer:append_only');
END

-- 职责分离: one person is never clerk and leader, nor maker and checker, on one project.
CREATE TRIGGER duty_separation BEFORE INSERT ON duty
BEGIN
  SELECT RAISE(ABORT, 'jcer:clerk_is_leader') FROM duty
  WHERE subject_id = NEW.subject_id AND user_id = NEW.user_id
    AND ((role = 'department_clerk' AND NEW.role = 'department_leader')
      OR (role = 'department_leader' AND NEW.role = 'department_clerk'));
  SELECT RAISE(ABORT, 'jcer:maker_is_checker') FROM duty
  WHERE subject_id = NEW.subject_id AND user_id = NEW.user_id
    AND ((role = 'exchange_maker' AND NEW.role = 'exchange_checker')
      OR (role = 'exchange_checker' AND NEW.role = 'exchange_maker'));
END

CREATE TRIGGER duty_fixed BEFORE UPDATE ON duty
WHEN NEW.subject_id <> OLD.subject_id OR NEW.user_id <> OLD.user_id OR NEW.role <> OLD.role
BEGIN
  SELECT RAISE(ABORT, 'jcer:append_only');
END

-- 公示: a published closing time never moves earlier; a closed notice is final but for its result.
CREATE TRIGGER public_notice_floor BEFORE UPDATE ON public_notice
BEGIN
  SELECT RAISE(ABORT, 'jcer:closing_moved_earlier') WHERE NEW.closes_at < OLD.closes_at;
  SELECT RAISE(ABORT, 'jcer:notice_final')
  WHERE NEW.project_id <> OLD.project_id OR NEW.published_at <> OLD.published_at
    OR NEW.batch_id IS NOT OLD.batch_id OR NEW.quantity IS NOT OLD.quantity
    OR NEW.working_days < OLD.working_days
    OR (OLD.state <> 'open' AND (NEW.state <> OLD.state OR NEW.closes_at <> OLD.closes_at
        OR NEW.closed_at IS NOT OLD.closed_at))
    OR (OLD.outcome IS NOT NULL AND NEW.outcome IS NOT OLD.outcome);
END

-- 意见: lateness is a matter of the clock; what was said stays; what was decided stays.
CREATE TRIGGER comment_late BEFORE INSERT ON comment
BEGIN
  SELECT RAISE(ABORT, 'jcer:comment_lateness') FROM public_notice
  WHERE id = NEW.notice_id AND state <> 'terminated' AND NEW.late <> (NEW.received_at >= closes_at);
END

CREATE TRIGGER comment_late_changed BEFORE UPDATE OF late ON comment
WHEN NEW.late <> OLD.late
BEGIN
  SELECT RAISE(ABORT, 'jcer:comment_lateness') FROM public_notice
  WHERE id = NEW.notice_id AND state <> 'terminated' AND NEW.late <> (NEW.received_at >= closes_at);
END

CREATE TRIGGER comment_final BEFORE UPDATE ON comment
BEGIN
  SELECT RAISE(ABORT, 'jcer:comment_final')
  WHERE NEW.text <> OLD.text OR NEW.receipt <> OLD.receipt OR NEW.notice_id <> OLD.notice_id
    OR NEW.received_at <> OLD.received_at OR NEW.author IS NOT OLD.author
    OR (OLD.outcome IS NOT NULL AND (NEW.outcome IS NOT OLD.outcome OR NEW.kind IS NOT OLD.kind));
END

-- 登记: publicised for its floor, result announced, no objection standing, neither to this notice nor to
-- one of the same subject that it replaced, panel passed before.
CREATE TRIGGER registration_rules BEFORE INSERT ON registration
BEGIN
  SELECT RAISE(ABORT, 'jcer:notice_of_other_project') FROM public_notice
  WHERE id = NEW.notice_id AND project_id <> NEW.project_id;
  SELECT RAISE(ABORT, 'jcer:notice_not_closed') FROM public_notice
  WHERE id = NEW.notice_id
    AND (state <> 'closed' OR closed_at > NEW.registered_at OR working_days < 5 OR outcome IS NULL);
  SELECT RAISE(ABORT, 'jcer:notice_upheld') FROM public_notice
  WHERE id = NEW.notice_id AND outcome NOT IN ('unopposed', 'dismissed');
  SELECT RAISE(ABORT, 'jcer:open_objection') FROM comment
  WHERE notice_id = NEW.notice_id AND NOT late
    AND (kind IS NULL OR (kind = 'objection' AND (outcome IS NULL OR outcome <> 'dismissed')));
  SELECT RAISE(ABORT, 'jcer:open_objection') FROM comment
  WHERE NOT late AND outcome IS NULL AND (kind IS NULL OR kind = 'objection') AND notice_id IN (
    SELECT stopped.id FROM public_notice stopped, public_notice own
    WHERE own.id = NEW.notice_id AND stopped.project_id = own.project_id
      AND stopped.batch_id IS own.batch_id AND stopped.state = 'terminated');
  SELECT RAISE(ABORT, 'jcer:opinion_not_passed') FROM panel_opinion
  WHERE id = NEW.opinion_id AND (project_id <> NEW.project_id OR result <> 'passed');
  SELECT RAISE(ABORT, 'jcer:notice_before_opinion')
  FROM panel_opinion o, public_notice n
  WHERE o.id = NEW.opinion_id AND n.id = NEW.notice_id AND o.signed_at > n.published_at;
END

CREATE TRIGGER registration_final BEFORE UPDATE ON registration
BEGIN
  SELECT RAISE(ABORT, 'jcer:registration_final')
  WHERE NEW.id <> OLD.id OR NEW.project_id <> OLD.project_id OR NEW.number <> OLD.number
    OR NEW.opinion_id <> OLD.opinion_id OR NEW.notice_id <> OLD.notice_id
    OR NEW.account_id <> OLD.account_id OR NEW.maker_id <> OLD.maker_id
    OR NEW.checker_id <> OLD.checker_id OR NEW.registered_at <> OLD.registered_at
    OR NEW.due_at IS NOT OLD.due_at OR NEW.case_id IS NOT OLD.case_id
    OR (OLD.state <> 'active' AND NEW.state <> OLD.state);
END

-- A project is registered by its registration and by nothing else.
CREATE TRIGGER project_registered BEFORE UPDATE ON project
WHEN NEW.state = 'registered' AND OLD.state <> 'registered'
BEGIN
  SELECT RAISE(ABORT, 'jcer:registration_missing')
  WHERE NOT EXISTS (SELECT 1 FROM registration WHERE project_id = NEW.id AND state = 'active'
                    AND number = NEW.number);
END

CREATE TRIGGER project_registered_new BEFORE INSERT ON project
WHEN NEW.state = 'registered'
BEGIN
  SELECT RAISE(ABORT, 'jcer:registration_missing')
  WHERE NOT EXISTS (SELECT 1 FROM registration WHERE project_id = NEW.id AND state = 'active'
                    AND number = NEW.number);
END

-- 分期签发: periods of one project are disjoint and inside its crediting period (I6). Those that stand are
-- disjoint already, so that the last to start before this one ends is the only one it can meet.
CREATE TRIGGER batch_period_new BEFORE INSERT ON batch
WHEN NEW.state NOT IN ('failed', 'lapsed', 'withdrawn')
BEGIN
  SELECT RAISE(ABORT, 'jcer:batch_periods_overlap')
  WHERE NEW.period_start <= (SELECT period_end FROM batch WHERE project_id = NEW.project_id
    AND state NOT IN ('failed', 'lapsed', 'withdrawn') AND period_start <= NEW.period_end AND id <> NEW.id
    ORDER BY period_start DESC LIMIT 1);
  SELECT RAISE(ABORT, 'jcer:batch_outside_crediting_period') FROM project
  WHERE id = NEW.project_id AND (NEW.period_start < crediting_start OR NEW.period_end > crediting_end);
END

CREATE TRIGGER batch_period BEFORE UPDATE ON batch
WHEN NEW.state NOT IN ('failed', 'lapsed', 'withdrawn')
BEGIN
  SELECT RAISE(ABORT, 'jcer:batch_periods_overlap')
  WHERE NEW.period_start <= (SELECT period_end FROM batch WHERE project_id = NEW.project_id
    AND state NOT IN ('failed', 'lapsed', 'withdrawn') AND period_start <= NEW.period_end AND id <> NEW.id
    ORDER BY period_start DESC LIMIT 1);
  SELECT RAISE(ABORT, 'jcer:batch_outside_crediting_period') FROM project
  WHERE id = NEW.project_id AND (NEW.period_start < crediting_start OR NEW.period_end > crediting_end);
END

CREATE TRIGGER batch_final BEFORE UPDATE ON batch
WHEN OLD.issued IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'jcer:batch_final')
  WHERE NEW.project_id <> OLD.project_id OR NEW.sequence <> OLD.sequence
    OR NEW.period_start <> OLD.period_start OR NEW.period_end <> OLD.period_end
    OR NEW.quantity <> OLD.quantity OR NEW.calculated <> OLD.calculated
    OR NEW.issued IS NOT OLD.issued OR NEW.issued_at IS NOT OLD.issued_at
    OR NEW.accepted IS NOT OLD.accepted OR NEW.publicised IS NOT OLD.publicised
    OR NEW.opinion_id IS NOT OLD.opinion_id OR NEW.notice_id IS NOT OLD.notice_id;
END

-- I9: nothing is issued without a registered project, a passed opinion and, where required, a closed
-- notice without a standing objection.
CREATE TRIGGER batch_issue BEFORE UPDATE ON batch
WHEN NEW.issued IS NOT NULL AND OLD.issued IS NULL
BEGIN
  SELECT RAISE(ABORT, 'jcer:project_not_registered')
  WHERE NOT EXISTS (SELECT 1 FROM registration WHERE project_id = NEW.project_id AND state = 'active');
  SELECT RAISE(ABORT, 'jcer:opinion_not_passed')
  WHERE NOT EXISTS (SELECT 1 FROM panel_opinion WHERE id = NEW.opinion_id AND project_id = NEW.project_id
                    AND result = 'passed' AND (accepted_tonnes IS NULL OR accepted_tonnes >= NEW.issued));
  SELECT RAISE(ABORT, 'jcer:notice_not_closed')
  WHERE (NEW.notice_required OR NEW.notice_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM public_notice WHERE id = NEW.notice_id AND project_id = NEW.project_id
                    AND state = 'closed' AND outcome IN ('unopposed', 'dismissed')
                    AND (quantity IS NULL OR quantity >= NEW.issued));
  SELECT RAISE(ABORT, 'jcer:open_objection') FROM comment
  WHERE notice_id = NEW.notice_id AND NOT late
    AND (kind IS NULL OR (kind = 'objection' AND (outcome IS NULL OR outcome <> 'dismissed')));
  SELECT RAISE(ABORT, 'jcer:open_objection') FROM comment
  WHERE NOT late AND outcome IS NULL AND (kind IS NULL OR kind = 'objection') AND notice_id IN (
    SELECT stopped.id FROM public_notice stopped, public_notice own
    WHERE own.id = NEW.notice_id AND stopped.project_id = own.project_id
      AND stopped.batch_id IS own.batch_id AND stopped.state = 'terminated');
END

CREATE TRIGGER batch_issued_new BEFORE INSERT ON batch
WHEN NEW.issued IS NOT NULL AND NOT EXISTS (SELECT 1 FROM batch WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'jcer:batch_final');
END
