-- Every table and index; the descriptions are in workflow_app.store.schema.

CREATE TABLE calendar_notice (
  id VARCHAR(32) NOT NULL,
  sequence INTEGER NOT NULL,
  year INTEGER NOT NULL,
  number VARCHAR(60) NOT NULL,
  issued_on DATE NOT NULL,
  body TEXT NOT NULL,
  revision VARCHAR(64) NOT NULL,
  loaded_at BIGINT NOT NULL,
  loaded_by VARCHAR(32),
  CONSTRAINT pk_calendar_notice PRIMARY KEY (id),
  CONSTRAINT ck_calendar_notice_year CHECK (year BETWEEN 2000 AND 2200),
  CONSTRAINT uq_calendar_notice_sequence UNIQUE (sequence)
)

CREATE TABLE content (
  sha256 VARCHAR(64) NOT NULL,
  bytes BYTEA NOT NULL,
  CONSTRAINT pk_content PRIMARY KEY (sha256)
)

CREATE TABLE counter (
  name VARCHAR(64) NOT NULL,
  value INTEGER NOT NULL,
  CONSTRAINT pk_counter PRIMARY KEY (name)
)

CREATE TABLE definition_version (
  version VARCHAR(64) NOT NULL,
  stored_at BIGINT NOT NULL,
  CONSTRAINT pk_definition_version PRIMARY KEY (version)
)

CREATE TABLE draft (
  task_id VARCHAR(64) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  raw TEXT NOT NULL,
  revision INTEGER NOT NULL,
  updated_at BIGINT NOT NULL,
  CONSTRAINT pk_draft PRIMARY KEY (task_id, user_id),
  CONSTRAINT ck_draft_revision CHECK (revision >= 1)
)

CREATE TABLE duty (
  subject_id VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  role VARCHAR(64) NOT NULL,
  since BIGINT NOT NULL,
  CONSTRAINT pk_duty PRIMARY KEY (subject_id, user_id, role),
  CONSTRAINT ck_duty_role CHECK (role IN ('owner', 'agent', 'pilot_unit', 'prefecture_bureau', 'department_clerk', 'department_leader', 'expert', 'panel_chair', 'exchange_maker', 'exchange_checker', 'buyer', 'process_admin', 'certificate_delegate', 'auditor', 'system_admin'))
)

CREATE TABLE event (
  id BIGSERIAL NOT NULL,
  stream VARCHAR(100) NOT NULL,
  seq INTEGER NOT NULL,
  at BIGINT NOT NULL,
  kind VARCHAR(64) NOT NULL,
  actor_id VARCHAR(32),
  actor_name TEXT,
  role VARCHAR(64),
  organisation_id VARCHAR(32),
  on_behalf VARCHAR(32),
  element_id VARCHAR(200),
  version VARCHAR(64),
  form_key VARCHAR(64),
  body BYTEA NOT NULL,
  prev_hash VARCHAR(64) NOT NULL,
  hash VARCHAR(64) NOT NULL,
  schema_version INTEGER NOT NULL,
  algorithm VARCHAR(16) NOT NULL,
  CONSTRAINT pk_event PRIMARY KEY (id),
  CONSTRAINT uq_event_stream_seq UNIQUE (stream, seq),
  CONSTRAINT ck_event_seq CHECK (seq >= 1),
  CONSTRAINT ck_event_hash CHECK (length(hash) = 64 AND length(prev_hash) = 64)
)

CREATE INDEX ix_event_actor ON event (actor_id, at)

CREATE INDEX ix_event_form ON event (stream, form_key, seq) WHERE form_key IS NOT NULL

CREATE TABLE event_head (
  stream VARCHAR(100) NOT NULL,
  seq INTEGER NOT NULL,
  hash VARCHAR(64) NOT NULL,
  mac VARCHAR(64) NOT NULL,
  CONSTRAINT pk_event_head PRIMARY KEY (stream)
)

CREATE TABLE idempotency (
  actor_id VARCHAR(64) NOT NULL,
  key VARCHAR(200) NOT NULL,
  request_hash VARCHAR(64) NOT NULL,
  result TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT pk_idempotency PRIMARY KEY (actor_id, key)
)

CREATE INDEX ix_idempotency_created_at ON idempotency (created_at)

CREATE TABLE inbox_entry (
  principal VARCHAR(100) NOT NULL,
  due_at BIGINT NOT NULL,
  task_id VARCHAR(64) NOT NULL,
  process_id VARCHAR(64) NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  CONSTRAINT pk_inbox_entry PRIMARY KEY (principal, due_at, task_id)
)

CREATE INDEX ix_inbox_entry_element ON inbox_entry (principal, process_id, element_id, due_at, task_id)

CREATE INDEX ix_inbox_entry_task_id ON inbox_entry (task_id)

CREATE TABLE incident (
  id VARCHAR(32) NOT NULL,
  case_id VARCHAR(32),
  element_id VARCHAR(200),
  command VARCHAR(64) NOT NULL,
  request TEXT NOT NULL,
  actor TEXT NOT NULL,
  error TEXT NOT NULL,
  detail TEXT DEFAULT '' NOT NULL,
  state VARCHAR(64) NOT NULL,
  attempts INTEGER DEFAULT 1 NOT NULL,
  opened_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  resolved_at BIGINT,
  resolved_by VARCHAR(32),
  CONSTRAINT pk_incident PRIMARY KEY (id),
  CONSTRAINT ck_incident_state CHECK (state IN ('open', 'resolved')),
  CONSTRAINT ck_incident_resolved CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))
)

CREATE INDEX ix_incident_case_id ON incident (case_id)

CREATE INDEX ix_incident_open ON incident (opened_at) WHERE state = 'open'

CREATE TABLE message_wait (
  case_id VARCHAR(32) NOT NULL,
  token_id VARCHAR(64) NOT NULL,
  name VARCHAR(64) NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  CONSTRAINT pk_message_wait PRIMARY KEY (case_id, token_id, name)
)

CREATE TABLE methodology (
  code VARCHAR(60) NOT NULL,
  name VARCHAR(200) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  field VARCHAR(2) NOT NULL,
  published_on DATE NOT NULL,
  document VARCHAR(100) DEFAULT '' NOT NULL,
  crediting_required BOOLEAN DEFAULT false NOT NULL,
  demo BOOLEAN DEFAULT false NOT NULL,
  details TEXT DEFAULT '{}' NOT NULL,
  CONSTRAINT pk_methodology PRIMARY KEY (code),
  CONSTRAINT ck_methodology_kind CHECK (kind IN ('jcer', 'ccer', 'international')),
  CONSTRAINT ck_methodology_field CHECK (field IN ('01', '02', '03', '04', '05', '06', '99'))
)

CREATE TABLE notification (
  id VARCHAR(32) NOT NULL,
  principal VARCHAR(100) NOT NULL,
  case_id VARCHAR(32),
  subject VARCHAR(200) NOT NULL,
  text TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT pk_notification PRIMARY KEY (id)
)

CREATE INDEX ix_notification_principal ON notification (principal, created_at)

CREATE TABLE organisation (
  id VARCHAR(32) NOT NULL,
  name VARCHAR(100) NOT NULL,
  uscc VARCHAR(18),
  kind VARCHAR(64) NOT NULL,
  parent_id VARCHAR(32),
  division VARCHAR(12) DEFAULT '' NOT NULL,
  address TEXT DEFAULT '' NOT NULL,
  qualified_until DATE,
  details TEXT DEFAULT '{}' NOT NULL,
  status VARCHAR(64) DEFAULT 'active' NOT NULL,
  closed_on DATE,
  created_at BIGINT NOT NULL,
  CONSTRAINT pk_organisation PRIMARY KEY (id),
  CONSTRAINT ck_organisation_kind CHECK (kind IN ('department', 'prefecture_bureau', 'pilot_unit', 'exchange', 'owner', 'agent', 'buyer', 'expert_body', 'natural_person', 'other')),
  CONSTRAINT ck_organisation_status CHECK (status IN ('active', 'closed')),
  CONSTRAINT ck_organisation_uscc CHECK (uscc IS NULL OR length(uscc) = 18),
  CONSTRAINT ck_organisation_closed CHECK ((status = 'closed') = (closed_on IS NOT NULL)),
  CONSTRAINT uq_organisation_uscc UNIQUE (uscc),
  CONSTRAINT fk_organisation_parent_id FOREIGN KEY(parent_id) REFERENCES organisation (id)
)

CREATE TABLE outbox (
  id VARCHAR(32) NOT NULL,
  key VARCHAR(200) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  recipient VARCHAR(200) NOT NULL,
  payload TEXT NOT NULL,
  state VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  next_try BIGINT NOT NULL,
  attempts INTEGER DEFAULT 0 NOT NULL,
  last_error TEXT,
  sent_at BIGINT,
  CONSTRAINT pk_outbox PRIMARY KEY (id),
  CONSTRAINT ck_outbox_kind CHECK (kind IN ('mail', 'webhook', 'sms')),
  CONSTRAINT ck_outbox_state CHECK (state IN ('pending', 'sent', 'failed')),
  CONSTRAINT ck_outbox_sent CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
  CONSTRAINT uq_outbox_key UNIQUE (key)
)

CREATE INDEX ix_outbox_pending ON outbox (next_try) WHERE state = 'pending'

CREATE TABLE person_key (
  subject VARCHAR(120) NOT NULL,
  wrapped TEXT,
  created_at BIGINT NOT NULL,
  erased_at BIGINT,
  CONSTRAINT pk_person_key PRIMARY KEY (subject),
  CONSTRAINT ck_person_key_erased CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
)

CREATE TABLE setting (
  name VARCHAR(64) NOT NULL,
  value TEXT NOT NULL,
  CONSTRAINT pk_setting PRIMARY KEY (name)
)

CREATE TABLE token (
  case_id VARCHAR(32) NOT NULL,
  id VARCHAR(64) NOT NULL,
  element VARCHAR(200) NOT NULL,
  state INTEGER NOT NULL,
  body TEXT NOT NULL,
  CONSTRAINT pk_token PRIMARY KEY (case_id, id),
  CONSTRAINT ck_token_body CHECK (length(body) > 0)
)

CREATE TABLE definition_file (
  version VARCHAR(64) NOT NULL,
  path VARCHAR(200) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  CONSTRAINT pk_definition_file PRIMARY KEY (version, path),
  CONSTRAINT fk_definition_file_version FOREIGN KEY(version) REFERENCES definition_version (version),
  CONSTRAINT fk_definition_file_sha256 FOREIGN KEY(sha256) REFERENCES content (sha256)
)

CREATE TABLE notification_read (
  notification_id VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  read_at BIGINT NOT NULL,
  CONSTRAINT pk_notification_read PRIMARY KEY (notification_id, user_id),
  CONSTRAINT fk_notification_read_notification_id FOREIGN KEY(notification_id) REFERENCES notification (id)
)

CREATE TABLE pilot_filing (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(60),
  case_id VARCHAR(32),
  organisation_id VARCHAR(32) NOT NULL,
  bureau_org VARCHAR(32),
  kind VARCHAR(64) NOT NULL,
  name VARCHAR(200) DEFAULT '' NOT NULL,
  division VARCHAR(12) DEFAULT '' NOT NULL,
  basis VARCHAR(100) DEFAULT '' NOT NULL,
  details TEXT DEFAULT '{}' NOT NULL,
  state VARCHAR(64) NOT NULL,
  submitted_at BIGINT,
  filed_at BIGINT,
  ended_at BIGINT,
  evaluation_case_id VARCHAR(32),
  CONSTRAINT pk_pilot_filing PRIMARY KEY (id),
  CONSTRAINT ck_pilot_filing_kind CHECK (kind IN ('county', 'development_zone', 'provincial_soe', 'municipal_soe', 'grandfathered', 'other')),
  CONSTRAINT ck_pilot_filing_state CHECK (state IN ('draft', 'submitted', 'returned', 'filed', 'suspended', 'terminated')),
  CONSTRAINT ck_pilot_filing_filed CHECK (state NOT IN ('filed', 'suspended', 'terminated') OR (number IS NOT NULL AND filed_at IS NOT NULL)),
  CONSTRAINT uq_pilot_filing_number UNIQUE (number),
  CONSTRAINT fk_pilot_filing_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
  CONSTRAINT fk_pilot_filing_bureau_org FOREIGN KEY(bureau_org) REFERENCES organisation (id)
)

CREATE INDEX ix_pilot_filing_organisation_id ON pilot_filing (organisation_id)

CREATE TABLE user_account (
  id VARCHAR(32) NOT NULL,
  issuer VARCHAR(200) NOT NULL,
  subject VARCHAR(200) NOT NULL,
  name VARCHAR(100) NOT NULL,
  post VARCHAR(100) DEFAULT '' NOT NULL,
  email VARCHAR(254) DEFAULT '' NOT NULL,
  phone VARCHAR(40) DEFAULT '' NOT NULL,
  organisation_id VARCHAR(32),
  password_hash TEXT,
  must_change BOOLEAN DEFAULT false NOT NULL,
  status VARCHAR(64) DEFAULT 'active' NOT NULL,
  language VARCHAR(8) DEFAULT 'zh' NOT NULL,
  mail_wanted BOOLEAN DEFAULT false NOT NULL,
  failed_sign_ins INTEGER DEFAULT 0 NOT NULL,
  locked_until BIGINT,
  session_epoch INTEGER DEFAULT 0 NOT NULL,
  last_sign_in_at BIGINT,
  last_day DATE,
  created_at BIGINT NOT NULL,
  CONSTRAINT pk_user_account PRIMARY KEY (id),
  CONSTRAINT uq_user_account_issuer_subject UNIQUE (issuer, subject),
  CONSTRAINT ck_user_account_status CHECK (status IN ('active', 'disabled', 'erased')),
  CONSTRAINT fk_user_account_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)

CREATE INDEX ix_user_account_organisation_id ON user_account (organisation_id)

CREATE TABLE account (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(40) NOT NULL,
  organisation_id VARCHAR(32),
  person_id VARCHAR(32),
  identity TEXT,
  kind VARCHAR(64) NOT NULL,
  legal_form VARCHAR(64),
  state VARCHAR(64) NOT NULL,
  opened_at BIGINT NOT NULL,
  applied_by VARCHAR(32),
  opened_by VARCHAR(32),
  checked_by VARCHAR(32),
  closed_at BIGINT,
  note TEXT,
  CONSTRAINT pk_account PRIMARY KEY (id),
  CONSTRAINT ck_account_kind CHECK (kind IN ('owner', 'buyer', 'issuance', 'fee', 'outside')),
  CONSTRAINT ck_account_state CHECK (state IN ('applied', 'returned', 'normal', 'restricted', 'frozen', 'closed')),
  CONSTRAINT ck_account_holder CHECK ((organisation_id IS NULL) <> (person_id IS NULL) OR (kind IN ('issuance', 'fee', 'outside') AND organisation_id IS NULL AND person_id IS NULL)),
  CONSTRAINT ck_account_person CHECK (person_id IS NULL OR (kind = 'buyer' AND identity IS NOT NULL)),
  CONSTRAINT ck_account_system CHECK (kind NOT IN ('issuance', 'fee', 'outside') OR organisation_id IS NULL),
  CONSTRAINT ck_account_legal_form CHECK (legal_form IN ('legal_person', 'other_organisation', 'natural_person')),
  CONSTRAINT ck_account_form_of_holder CHECK ((legal_form = 'natural_person') = (person_id IS NOT NULL)),
  CONSTRAINT ck_account_second_person CHECK (checked_by <> opened_by),
  CONSTRAINT ck_account_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
  CONSTRAINT uq_account_number UNIQUE (number),
  CONSTRAINT fk_account_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
  CONSTRAINT fk_account_person_id FOREIGN KEY(person_id) REFERENCES user_account (id)
)

CREATE UNIQUE INDEX uq_account_organisation_id ON account (organisation_id, kind)

CREATE UNIQUE INDEX uq_account_person_id ON account (person_id)

CREATE UNIQUE INDEX uq_account_system ON account (kind) WHERE kind IN ('issuance', 'fee', 'outside')

CREATE TABLE api_token (
  id VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  label VARCHAR(100) NOT NULL,
  hash VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT,
  last_used_at BIGINT,
  CONSTRAINT pk_api_token PRIMARY KEY (id),
  CONSTRAINT fk_api_token_user_id FOREIGN KEY(user_id) REFERENCES user_account (id),
  CONSTRAINT uq_api_token_hash UNIQUE (hash)
)

CREATE INDEX ix_api_token_user_id ON api_token (user_id)

CREATE TABLE expert_conflict (
  id VARCHAR(32) NOT NULL,
  expert_id VARCHAR(32) NOT NULL,
  organisation_id VARCHAR(32) NOT NULL,
  nature TEXT NOT NULL,
  since DATE NOT NULL,
  until DATE,
  declared_at BIGINT NOT NULL,
  declared_by VARCHAR(32),
  CONSTRAINT pk_expert_conflict PRIMARY KEY (id),
  CONSTRAINT ck_expert_conflict_span CHECK (until IS NULL OR until >= since),
  CONSTRAINT fk_expert_conflict_expert_id FOREIGN KEY(expert_id) REFERENCES user_account (id),
  CONSTRAINT fk_expert_conflict_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)

CREATE INDEX ix_expert_conflict_expert_id ON expert_conflict (expert_id)

CREATE TABLE project (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(60),
  name VARCHAR(200) NOT NULL,
  state VARCHAR(64) NOT NULL,
  owner_org VARCHAR(32) NOT NULL,
  applicant_org VARCHAR(32) NOT NULL,
  exchange_org VARCHAR(32),
  bureau_org VARCHAR(32),
  pilot_filing_id VARCHAR(32),
  methodology_code VARCHAR(60),
  methodology_version INTEGER,
  field VARCHAR(2),
  division VARCHAR(12) DEFAULT '' NOT NULL,
  address TEXT DEFAULT '' NOT NULL,
  started_on DATE,
  crediting_start DATE,
  crediting_end DATE,
  annual_tonnes BIGINT,
  total_tonnes BIGINT,
  summary TEXT DEFAULT '' NOT NULL,
  technical_service VARCHAR(100),
  technical_service_uscc VARCHAR(18),
  mandate_until DATE,
  mandate_revoked_at BIGINT,
  details TEXT DEFAULT '{}' NOT NULL,
  case_id VARCHAR(32),
  created_at BIGINT NOT NULL,
  received_at BIGINT,
  accepted_at BIGINT,
  registered_at BIGINT,
  ended_at BIGINT,
  CONSTRAINT pk_project PRIMARY KEY (id),
  CONSTRAINT ck_project_state CHECK (state IN ('draft', 'formal_review', 'correction', 'accepted', 'assessment', 'revision', 'recheck', 'notice_pending', 'public_notice', 'objection', 'registration_pending', 'registered', 'redirected', 'ineligible', 'failed', 'lapsed', 'withdrawn', 'deregistered', 'revoked', 'completed')),
  CONSTRAINT ck_project_field CHECK (field IN ('01', '02', '03', '04', '05', '06', '99')),
  CONSTRAINT ck_project_crediting CHECK (crediting_start IS NULL OR crediting_end IS NULL OR crediting_start <= crediting_end),
  CONSTRAINT ck_project_registered CHECK (state NOT IN ('registered', 'deregistered', 'revoked', 'completed') OR (number IS NOT NULL AND registered_at IS NOT NULL)),
  CONSTRAINT ck_project_accepted CHECK (accepted_at IS NULL OR received_at IS NOT NULL),
  CONSTRAINT uq_project_number UNIQUE (number),
  CONSTRAINT fk_project_owner_org FOREIGN KEY(owner_org) REFERENCES organisation (id),
  CONSTRAINT fk_project_applicant_org FOREIGN KEY(applicant_org) REFERENCES organisation (id),
  CONSTRAINT fk_project_exchange_org FOREIGN KEY(exchange_org) REFERENCES organisation (id),
  CONSTRAINT fk_project_bureau_org FOREIGN KEY(bureau_org) REFERENCES organisation (id),
  CONSTRAINT fk_project_pilot_filing_id FOREIGN KEY(pilot_filing_id) REFERENCES pilot_filing (id)
)

CREATE INDEX ix_project_applicant_org ON project (applicant_org)

CREATE INDEX ix_project_owner_org ON project (owner_org)

CREATE INDEX ix_project_state ON project (state)

CREATE TABLE role_assignment (
  id VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  role VARCHAR(64) NOT NULL,
  organisation_id VARCHAR(32),
  valid_from DATE NOT NULL,
  valid_to DATE,
  granted_at BIGINT NOT NULL,
  granted_by VARCHAR(32),
  revoked_at BIGINT,
  revoked_by VARCHAR(32),
  CONSTRAINT pk_role_assignment PRIMARY KEY (id),
  CONSTRAINT ck_role_assignment_role CHECK (role IN ('owner', 'agent', 'pilot_unit', 'prefecture_bureau', 'department_clerk', 'department_leader', 'expert', 'panel_chair', 'exchange_maker', 'exchange_checker', 'buyer', 'process_admin', 'certificate_delegate', 'auditor', 'system_admin')),
  CONSTRAINT ck_role_assignment_span CHECK (valid_to >= valid_from),
  CONSTRAINT ck_role_assignment_revoked CHECK (revoked_by IS NULL OR revoked_at IS NOT NULL),
  CONSTRAINT fk_role_assignment_user_id FOREIGN KEY(user_id) REFERENCES user_account (id),
  CONSTRAINT fk_role_assignment_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)

CREATE INDEX ix_role_assignment_role ON role_assignment (role, organisation_id)

CREATE INDEX ix_role_assignment_user_id ON role_assignment (user_id)

CREATE TABLE account_order (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(60) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  account_id VARCHAR(32) NOT NULL,
  to_account_id VARCHAR(32),
  reason TEXT NOT NULL,
  document VARCHAR(100) NOT NULL,
  ordered_by VARCHAR(32) NOT NULL,
  ordered_at BIGINT NOT NULL,
  case_id VARCHAR(32),
  CONSTRAINT pk_account_order PRIMARY KEY (id),
  CONSTRAINT ck_account_order_kind CHECK (kind IN ('freeze', 'restrict', 'release', 'succession')),
  CONSTRAINT ck_account_order_succession CHECK ((kind = 'succession') = (to_account_id IS NOT NULL)),
  CONSTRAINT ck_account_order_two_accounts CHECK (to_account_id <> account_id),
  CONSTRAINT ck_account_order_grounds CHECK (length(reason) > 0 AND length(document) > 0),
  CONSTRAINT uq_account_order_number UNIQUE (number),
  CONSTRAINT fk_account_order_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_account_order_to_account_id FOREIGN KEY(to_account_id) REFERENCES account (id)
)

CREATE INDEX ix_account_order_account_id ON account_order (account_id)

CREATE TABLE case_file (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(40) NOT NULL,
  process_id VARCHAR(64) NOT NULL,
  version VARCHAR(64) NOT NULL,
  title TEXT NOT NULL,
  project_id VARCHAR(32),
  batch_id VARCHAR(32),
  parent_case_id VARCHAR(32),
  parent_token_id VARCHAR(64),
  status VARCHAR(64) NOT NULL,
  outcome VARCHAR(64),
  revision INTEGER NOT NULL,
  header TEXT NOT NULL,
  owner_org VARCHAR(32),
  applicant_org VARCHAR(32),
  exchange_org VARCHAR(32),
  bureau_org VARCHAR(32),
  opened_by VARCHAR(32),
  opened_at BIGINT NOT NULL,
  closed_at BIGINT,
  CONSTRAINT pk_case_file PRIMARY KEY (id),
  CONSTRAINT ck_case_file_status CHECK (status IN ('open', 'closed', 'cancelled', 'incident')),
  CONSTRAINT ck_case_file_closed CHECK ((closed_at IS NOT NULL) = (status IN ('closed', 'cancelled'))),
  CONSTRAINT ck_case_file_parent CHECK ((parent_case_id IS NULL) = (parent_token_id IS NULL)),
  CONSTRAINT ck_case_file_revision CHECK (revision >= 0),
  CONSTRAINT uq_case_file_number UNIQUE (number),
  CONSTRAINT fk_case_file_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT fk_case_file_parent_case_id FOREIGN KEY(parent_case_id) REFERENCES case_file (id),
  CONSTRAINT fk_case_file_owner_org FOREIGN KEY(owner_org) REFERENCES organisation (id),
  CONSTRAINT fk_case_file_applicant_org FOREIGN KEY(applicant_org) REFERENCES organisation (id),
  CONSTRAINT fk_case_file_exchange_org FOREIGN KEY(exchange_org) REFERENCES organisation (id),
  CONSTRAINT fk_case_file_bureau_org FOREIGN KEY(bureau_org) REFERENCES organisation (id)
)

CREATE INDEX ix_case_file_applicant_org ON case_file (applicant_org)

CREATE INDEX ix_case_file_owner_org ON case_file (owner_org)

CREATE INDEX ix_case_file_parent_case_id ON case_file (parent_case_id, parent_token_id)

CREATE INDEX ix_case_file_project_id ON case_file (project_id, process_id)

CREATE INDEX ix_case_file_status ON case_file (status, opened_at)

CREATE TABLE money_balance (
  account_id VARCHAR(32) NOT NULL,
  bucket VARCHAR(64) NOT NULL,
  cents BIGINT NOT NULL,
  CONSTRAINT pk_money_balance PRIMARY KEY (account_id, bucket),
  CONSTRAINT ck_money_balance_bucket CHECK (bucket IN ('cash', 'reserved')),
  CONSTRAINT fk_money_balance_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE TABLE panel_opinion (
  id VARCHAR(32) NOT NULL,
  project_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32),
  case_id VARCHAR(32),
  result VARCHAR(64) NOT NULL,
  accepted_tonnes BIGINT,
  findings TEXT NOT NULL,
  revision_round INTEGER NOT NULL,
  signed_by VARCHAR(32),
  signed_at BIGINT NOT NULL,
  CONSTRAINT pk_panel_opinion PRIMARY KEY (id),
  CONSTRAINT ck_panel_opinion_result CHECK (result IN ('passed', 'revise', 'failed')),
  CONSTRAINT ck_panel_opinion_accepted CHECK (accepted_tonnes IS NULL OR accepted_tonnes >= 0),
  CONSTRAINT ck_panel_opinion_round CHECK (revision_round >= 0),
  CONSTRAINT fk_panel_opinion_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)

CREATE INDEX ix_panel_opinion_project_id ON panel_opinion (project_id)

CREATE TABLE unit_balance (
  account_id VARCHAR(32) NOT NULL,
  project_id VARCHAR(32) NOT NULL,
  bucket VARCHAR(64) NOT NULL,
  quantity BIGINT NOT NULL,
  CONSTRAINT pk_unit_balance PRIMARY KEY (account_id, project_id, bucket),
  CONSTRAINT ck_unit_balance_bucket CHECK (bucket IN ('available', 'frozen', 'disputed', 'held', 'pending', 'cancelled', 'reversed')),
  CONSTRAINT ck_unit_balance_quantity CHECK (quantity >= 0),
  CONSTRAINT fk_unit_balance_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_unit_balance_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)

CREATE INDEX ix_unit_balance_project_id ON unit_balance (project_id, bucket)

CREATE TABLE attachment (
  id VARCHAR(32) NOT NULL,
  case_id VARCHAR(32) NOT NULL,
  task_id VARCHAR(64),
  field VARCHAR(200) NOT NULL,
  filename VARCHAR(255) NOT NULL,
  media_type VARCHAR(100) NOT NULL,
  size INTEGER NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  state VARCHAR(64) NOT NULL,
  uploaded_by VARCHAR(32),
  uploaded_at BIGINT NOT NULL,
  CONSTRAINT pk_attachment PRIMARY KEY (id),
  CONSTRAINT ck_attachment_state CHECK (state IN ('draft', 'submitted', 'removed')),
  CONSTRAINT ck_attachment_content CHECK (size >= 0 AND length(sha256) = 64),
  CONSTRAINT fk_attachment_case_id FOREIGN KEY(case_id) REFERENCES case_file (id)
)

CREATE INDEX ix_attachment_case_id ON attachment (case_id)

CREATE INDEX ix_attachment_task_id ON attachment (task_id)

CREATE TABLE deadline (
  id VARCHAR(32) NOT NULL,
  case_id VARCHAR(32) NOT NULL,
  project_id VARCHAR(32),
  token_id VARCHAR(64),
  element_id VARCHAR(200) NOT NULL,
  rule VARCHAR(64) NOT NULL,
  rule_body TEXT NOT NULL,
  kind VARCHAR(64) NOT NULL,
  basis TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  earliest_at BIGINT NOT NULL,
  latest_at BIGINT NOT NULL,
  warn_at BIGINT,
  provisional BOOLEAN NOT NULL,
  published BOOLEAN DEFAULT false NOT NULL,
  trail TEXT NOT NULL,
  calendar_revision VARCHAR(64) NOT NULL,
  state VARCHAR(64) NOT NULL,
  ended_at BIGINT,
  CONSTRAINT pk_deadline PRIMARY KEY (id),
  CONSTRAINT ck_deadline_kind CHECK (kind IN ('statutory', 'promised')),
  CONSTRAINT ck_deadline_state CHECK (state IN ('open', 'suspended', 'met', 'missed', 'cancelled')),
  CONSTRAINT ck_deadline_order CHECK (due_at >= started_at AND earliest_at <= due_at AND due_at <= latest_at),
  CONSTRAINT ck_deadline_ended CHECK ((state IN ('open', 'suspended')) = (ended_at IS NULL)),
  CONSTRAINT fk_deadline_case_id FOREIGN KEY(case_id) REFERENCES case_file (id)
)

CREATE INDEX ix_deadline_case_id ON deadline (case_id)

CREATE INDEX ix_deadline_open ON deadline (due_at) WHERE state IN ('open', 'suspended')

CREATE INDEX ix_deadline_token_id ON deadline (token_id)

CREATE TABLE inbox_task (
  id VARCHAR(64) NOT NULL,
  case_id VARCHAR(32) NOT NULL,
  project_id VARCHAR(32),
  process_id VARCHAR(64) NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  name VARCHAR(200) NOT NULL,
  form VARCHAR(64) NOT NULL,
  role VARCHAR(100) NOT NULL,
  candidates TEXT NOT NULL,
  assignee_id VARCHAR(32),
  claimed_at BIGINT,
  opened_at BIGINT NOT NULL,
  due_at BIGINT,
  deadline_id VARCHAR(32),
  provisional INTEGER DEFAULT 0 NOT NULL,
  data TEXT DEFAULT '{}' NOT NULL,
  CONSTRAINT pk_inbox_task PRIMARY KEY (id),
  CONSTRAINT ck_inbox_task_provisional CHECK (provisional IN (0, 1)),
  CONSTRAINT fk_inbox_task_case_id FOREIGN KEY(case_id) REFERENCES case_file (id)
)

CREATE INDEX ix_inbox_task_case_id ON inbox_task (case_id)

CREATE INDEX ix_inbox_task_project_id ON inbox_task (project_id)

CREATE TABLE note (
  id VARCHAR(32) NOT NULL,
  case_id VARCHAR(32) NOT NULL,
  author_id VARCHAR(32) NOT NULL,
  at BIGINT NOT NULL,
  text TEXT NOT NULL,
  CONSTRAINT pk_note PRIMARY KEY (id),
  CONSTRAINT ck_note_text CHECK (length(text) > 0),
  CONSTRAINT fk_note_case_id FOREIGN KEY(case_id) REFERENCES case_file (id)
)

CREATE INDEX ix_note_case_id ON note (case_id)

CREATE TABLE public_notice (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(60),
  project_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32),
  case_id VARCHAR(32),
  opinion_id VARCHAR(32),
  title VARCHAR(300) NOT NULL,
  body TEXT DEFAULT '{}' NOT NULL,
  quantity BIGINT,
  published_at BIGINT NOT NULL,
  closes_at BIGINT NOT NULL,
  working_days INTEGER NOT NULL,
  calendar_revision VARCHAR(64) NOT NULL,
  provisional BOOLEAN NOT NULL,
  state VARCHAR(64) NOT NULL,
  closed_at BIGINT,
  outcome VARCHAR(64),
  announced_at BIGINT,
  terminated_at BIGINT,
  end_reason TEXT,
  CONSTRAINT pk_public_notice PRIMARY KEY (id),
  CONSTRAINT ck_public_notice_five_working_days CHECK (working_days >= 5),
  CONSTRAINT ck_public_notice_five_days CHECK (closes_at - published_at >= 432000000000),
  CONSTRAINT ck_public_notice_never_early CHECK (closed_at IS NULL OR closed_at >= closes_at),
  CONSTRAINT ck_public_notice_state CHECK (state IN ('open', 'closed', 'terminated')),
  CONSTRAINT ck_public_notice_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
  CONSTRAINT ck_public_notice_terminated CHECK ((state = 'terminated') = (terminated_at IS NOT NULL) AND (terminated_at IS NULL) = (end_reason IS NULL)),
  CONSTRAINT ck_public_notice_outcome CHECK (outcome IN ('unopposed', 'dismissed', 'upheld_fixable', 'upheld_fatal')),
  CONSTRAINT ck_public_notice_outcome_closed CHECK (outcome IS NULL OR closed_at IS NOT NULL),
  CONSTRAINT ck_public_notice_quantity CHECK (quantity IS NULL OR quantity > 0),
  CONSTRAINT uq_public_notice_number UNIQUE (number),
  CONSTRAINT fk_public_notice_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT fk_public_notice_opinion_id FOREIGN KEY(opinion_id) REFERENCES panel_opinion (id)
)

CREATE INDEX ix_public_notice_case_id ON public_notice (case_id)

CREATE INDEX ix_public_notice_project_id ON public_notice (project_id)

CREATE INDEX ix_public_notice_state ON public_notice (state, published_at)

CREATE TABLE batch (
  id VARCHAR(32) NOT NULL,
  project_id VARCHAR(32) NOT NULL,
  sequence INTEGER NOT NULL,
  case_id VARCHAR(32),
  state VARCHAR(64) NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  applied_on DATE NOT NULL,
  quantity BIGINT NOT NULL,
  calculated BIGINT NOT NULL,
  verifier VARCHAR(100),
  verifier_uscc VARCHAR(18),
  accepted BIGINT,
  publicised BIGINT,
  issued BIGINT,
  notice_required BOOLEAN NOT NULL,
  opinion_id VARCHAR(32),
  notice_id VARCHAR(32),
  received_at BIGINT NOT NULL,
  issued_at BIGINT,
  CONSTRAINT pk_batch PRIMARY KEY (id),
  CONSTRAINT ck_batch_state CHECK (state IN ('draft', 'formal_review', 'correction', 'assessment', 'revision', 'recheck', 'notice_pending', 'public_notice', 'objection', 'registration_pending', 'issued', 'corrected', 'failed', 'lapsed', 'withdrawn')),
  CONSTRAINT ck_batch_period CHECK (period_start <= period_end AND period_end <= applied_on),
  CONSTRAINT ck_batch_quantity CHECK (quantity > 0 AND quantity * 10000 <= calculated),
  CONSTRAINT ck_batch_accepted CHECK (accepted IS NULL OR (accepted * 10000 <= calculated AND accepted <= quantity)),
  CONSTRAINT ck_batch_publicised CHECK (publicised IS NULL OR (accepted IS NOT NULL AND publicised <= accepted)),
  CONSTRAINT ck_batch_issued CHECK (issued IS NULL OR (issued > 0 AND accepted IS NOT NULL AND issued <= accepted AND (publicised IS NULL OR issued <= publicised) AND (NOT notice_required OR (publicised IS NOT NULL AND issued = publicised)))),
  CONSTRAINT ck_batch_issuance CHECK ((state IN ('issued', 'corrected')) = (issued IS NOT NULL) AND (issued IS NULL) = (issued_at IS NULL) AND (issued IS NULL OR opinion_id IS NOT NULL)),
  CONSTRAINT fk_batch_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT fk_batch_opinion_id FOREIGN KEY(opinion_id) REFERENCES panel_opinion (id),
  CONSTRAINT fk_batch_notice_id FOREIGN KEY(notice_id) REFERENCES public_notice (id)
)

CREATE UNIQUE INDEX uq_batch_project_id ON batch (project_id, sequence)

CREATE INDEX ix_batch_standing ON batch (project_id, period_start) WHERE state NOT IN ('failed', 'lapsed', 'withdrawn')

CREATE TABLE comment (
  id VARCHAR(32) NOT NULL,
  receipt VARCHAR(20) NOT NULL,
  notice_id VARCHAR(32) NOT NULL,
  case_id VARCHAR(32),
  received_at BIGINT NOT NULL,
  late BOOLEAN NOT NULL,
  text TEXT NOT NULL,
  author TEXT,
  kind VARCHAR(64),
  outcome VARCHAR(64),
  reply TEXT,
  decided_at BIGINT,
  CONSTRAINT pk_comment PRIMARY KEY (id),
  CONSTRAINT ck_comment_kind CHECK (kind IN ('objection', 'comment')),
  CONSTRAINT ck_comment_outcome CHECK (outcome IS NULL OR (kind = 'objection' AND outcome IN ('dismissed', 'upheld_fixable', 'upheld_fatal')) OR (kind = 'comment' AND outcome = 'answered')),
  CONSTRAINT ck_comment_decided CHECK ((outcome IS NULL) = (decided_at IS NULL)),
  CONSTRAINT ck_comment_text CHECK (length(text) > 0),
  CONSTRAINT uq_comment_receipt UNIQUE (receipt),
  CONSTRAINT fk_comment_notice_id FOREIGN KEY(notice_id) REFERENCES public_notice (id)
)

CREATE INDEX ix_comment_notice_id ON comment (notice_id)

CREATE TABLE registration (
  id VARCHAR(32) NOT NULL,
  project_id VARCHAR(32) NOT NULL,
  number VARCHAR(60) NOT NULL,
  case_id VARCHAR(32),
  opinion_id VARCHAR(32) NOT NULL,
  notice_id VARCHAR(32) NOT NULL,
  account_id VARCHAR(32) NOT NULL,
  maker_id VARCHAR(32) NOT NULL,
  checker_id VARCHAR(32) NOT NULL,
  registered_at BIGINT NOT NULL,
  due_at BIGINT,
  state VARCHAR(64) NOT NULL,
  ended_at BIGINT,
  end_reason TEXT,
  CONSTRAINT pk_registration PRIMARY KEY (id),
  CONSTRAINT ck_registration_second_person CHECK (maker_id <> checker_id),
  CONSTRAINT ck_registration_state CHECK (state IN ('active', 'deregistered', 'revoked')),
  CONSTRAINT ck_registration_ended CHECK ((state = 'active') = (ended_at IS NULL)),
  CONSTRAINT fk_registration_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT uq_registration_number UNIQUE (number),
  CONSTRAINT fk_registration_opinion_id FOREIGN KEY(opinion_id) REFERENCES panel_opinion (id),
  CONSTRAINT fk_registration_notice_id FOREIGN KEY(notice_id) REFERENCES public_notice (id),
  CONSTRAINT fk_registration_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE UNIQUE INDEX uq_registration_project_id ON registration (project_id)

CREATE TABLE suspension (
  id VARCHAR(32) NOT NULL,
  deadline_id VARCHAR(32) NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT,
  reason TEXT NOT NULL,
  notice_no VARCHAR(100) NOT NULL,
  suspended_by VARCHAR(32),
  resume_reason TEXT,
  resume_notice_no VARCHAR(100),
  resumed_by VARCHAR(32),
  CONSTRAINT pk_suspension PRIMARY KEY (id),
  CONSTRAINT ck_suspension_span CHECK (to_at IS NULL OR to_at >= from_at),
  CONSTRAINT ck_suspension_notice CHECK (length(notice_no) > 0),
  CONSTRAINT fk_suspension_deadline_id FOREIGN KEY(deadline_id) REFERENCES deadline (id)
)

CREATE INDEX ix_suspension_deadline_id ON suspension (deadline_id)

CREATE UNIQUE INDEX uq_suspension_open ON suspension (deadline_id) WHERE to_at IS NULL

CREATE TABLE timer (
  id VARCHAR(32) NOT NULL,
  case_id VARCHAR(32) NOT NULL,
  token_id VARCHAR(64) NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  deadline_id VARCHAR(32),
  kind VARCHAR(64) NOT NULL,
  interrupting BOOLEAN NOT NULL,
  due_at BIGINT NOT NULL,
  state VARCHAR(64) NOT NULL,
  fired_at BIGINT,
  next_try BIGINT NOT NULL,
  attempts INTEGER DEFAULT 0 NOT NULL,
  last_error TEXT,
  CONSTRAINT pk_timer PRIMARY KEY (id),
  CONSTRAINT ck_timer_kind CHECK (kind IN ('deadline', 'warning')),
  CONSTRAINT ck_timer_state CHECK (state IN ('pending', 'suspended', 'fired', 'cancelled')),
  CONSTRAINT ck_timer_fired CHECK ((state = 'fired') = (fired_at IS NOT NULL)),
  CONSTRAINT ck_timer_next_try CHECK (next_try >= due_at),
  CONSTRAINT fk_timer_case_id FOREIGN KEY(case_id) REFERENCES case_file (id),
  CONSTRAINT fk_timer_deadline_id FOREIGN KEY(deadline_id) REFERENCES deadline (id)
)

CREATE INDEX ix_timer_case_id ON timer (case_id)

CREATE INDEX ix_timer_deadline_id ON timer (deadline_id)

CREATE INDEX ix_timer_pending ON timer (next_try, due_at) WHERE state = 'pending'

CREATE UNIQUE INDEX uq_timer_pending ON timer (case_id, token_id, element_id, kind) WHERE state IN ('pending', 'suspended')

CREATE TABLE ledger_posting (
  id VARCHAR(32) NOT NULL,
  key VARCHAR(200) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  project_id VARCHAR(32),
  batch_id VARCHAR(32),
  order_id VARCHAR(32),
  quantity BIGINT NOT NULL,
  lines INTEGER NOT NULL,
  money_lines INTEGER NOT NULL,
  at BIGINT NOT NULL,
  case_id VARCHAR(32),
  memo TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_ledger_posting PRIMARY KEY (id),
  CONSTRAINT ck_ledger_posting_kind CHECK (kind IN ('mint', 'freeze', 'release', 'transfer', 'hold_cancellation', 'cancel', 'return_cancellation', 'dispute', 'undispute', 'reverse', 'succession', 'deposit', 'payout', 'reserve', 'unreserve', 'fee')),
  CONSTRAINT ck_ledger_posting_project CHECK ((project_id IS NULL) = (kind IN ('deposit', 'payout', 'reserve', 'unreserve', 'fee'))),
  CONSTRAINT ck_ledger_posting_quantity CHECK (quantity >= 0 AND (quantity = 0) = (project_id IS NULL) AND (lines = 0) = (project_id IS NULL)),
  CONSTRAINT ck_ledger_posting_mint CHECK ((kind = 'mint') = (batch_id IS NOT NULL)),
  CONSTRAINT ck_ledger_posting_succession CHECK ((kind = 'succession') = (order_id IS NOT NULL)),
  CONSTRAINT uq_ledger_posting_key UNIQUE (key),
  CONSTRAINT fk_ledger_posting_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT fk_ledger_posting_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id),
  CONSTRAINT fk_ledger_posting_order_id FOREIGN KEY(order_id) REFERENCES account_order (id)
)

CREATE INDEX ix_ledger_posting_kind ON ledger_posting (kind)

CREATE INDEX ix_ledger_posting_project_id ON ledger_posting (project_id)

CREATE UNIQUE INDEX uq_ledger_posting_mint ON ledger_posting (batch_id) WHERE kind = 'mint'

CREATE TABLE holding (
  id VARCHAR(32) NOT NULL,
  project_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  account_id VARCHAR(32) NOT NULL,
  bucket VARCHAR(64) NOT NULL,
  vintage INTEGER NOT NULL,
  first_unit BIGINT NOT NULL,
  last_unit BIGINT NOT NULL,
  serial VARCHAR(100) NOT NULL,
  transfer_count INTEGER NOT NULL,
  hold_kind VARCHAR(64),
  hold_id VARCHAR(32),
  prior_bucket VARCHAR(64),
  prior_hold_kind VARCHAR(64),
  prior_hold_id VARCHAR(32),
  posting_id VARCHAR(32) NOT NULL,
  CONSTRAINT pk_holding PRIMARY KEY (id),
  CONSTRAINT ck_holding_bucket CHECK (bucket IN ('available', 'frozen', 'disputed', 'held', 'pending', 'cancelled', 'reversed')),
  CONSTRAINT ck_holding_units CHECK (1 <= first_unit AND first_unit <= last_unit),
  CONSTRAINT ck_holding_sold_once CHECK (transfer_count = 0 OR bucket NOT IN ('available', 'frozen')),
  CONSTRAINT ck_holding_transfer_count CHECK (transfer_count IN (0, 1)),
  CONSTRAINT ck_holding_hold_kind CHECK (hold_kind IN ('order', 'cancellation', 'correction', 'dispute')),
  CONSTRAINT ck_holding_hold CHECK ((hold_kind IS NULL) = (hold_id IS NULL)),
  CONSTRAINT ck_holding_prior CHECK ((prior_hold_kind IS NULL) = (prior_hold_id IS NULL) AND (bucket = 'disputed') = (prior_bucket IS NOT NULL)),
  CONSTRAINT fk_holding_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT fk_holding_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id),
  CONSTRAINT fk_holding_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_holding_posting_id FOREIGN KEY(posting_id) REFERENCES ledger_posting (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_holding_account_id ON holding (account_id, bucket, project_id, vintage, first_unit)

CREATE INDEX ix_holding_batch_id ON holding (batch_id)

CREATE INDEX ix_holding_hold_id ON holding (hold_id) WHERE hold_id IS NOT NULL

CREATE INDEX ix_holding_posting_id ON holding (posting_id)

CREATE INDEX ix_holding_prior_hold_id ON holding (prior_hold_id) WHERE prior_hold_id IS NOT NULL

CREATE UNIQUE INDEX uq_holding_project_id ON holding (project_id, first_unit)

CREATE TABLE ledger_line (
  posting_id VARCHAR(32) NOT NULL,
  line INTEGER NOT NULL,
  account_id VARCHAR(32) NOT NULL,
  bucket VARCHAR(64) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  quantity BIGINT NOT NULL,
  vintage INTEGER NOT NULL,
  first_unit BIGINT NOT NULL,
  last_unit BIGINT NOT NULL,
  serial VARCHAR(100) NOT NULL,
  transfer_count INTEGER NOT NULL,
  hold_kind VARCHAR(64),
  hold_id VARCHAR(32),
  prior_bucket VARCHAR(64),
  prior_hold_kind VARCHAR(64),
  prior_hold_id VARCHAR(32),
  of_line INTEGER,
  holding_id VARCHAR(32),
  CONSTRAINT pk_ledger_line PRIMARY KEY (posting_id, line),
  CONSTRAINT ck_ledger_line_bucket CHECK (bucket IN ('issued', 'available', 'frozen', 'disputed', 'held', 'pending', 'cancelled', 'reversed')),
  CONSTRAINT ck_ledger_line_line CHECK (line >= 1),
  CONSTRAINT ck_ledger_line_quantity CHECK (quantity <> 0),
  CONSTRAINT ck_ledger_line_units CHECK (first_unit >= 1 AND abs(quantity) = last_unit - first_unit + 1),
  CONSTRAINT ck_ledger_line_of_line CHECK ((quantity > 0) = (of_line IS NOT NULL)),
  CONSTRAINT ck_ledger_line_holding CHECK ((bucket = 'issued') = (holding_id IS NULL) AND (bucket <> 'issued' OR quantity < 0)),
  CONSTRAINT ck_ledger_line_transfer_count CHECK (transfer_count IN (0, 1)),
  CONSTRAINT ck_ledger_line_hold_kind CHECK (hold_kind IN ('order', 'cancellation', 'correction', 'dispute')),
  CONSTRAINT ck_ledger_line_hold CHECK ((hold_kind IS NULL) = (hold_id IS NULL)),
  CONSTRAINT ck_ledger_line_prior CHECK ((prior_hold_kind IS NULL) = (prior_hold_id IS NULL) AND (bucket = 'disputed') = (prior_bucket IS NOT NULL)),
  CONSTRAINT fk_ledger_line_posting_id FOREIGN KEY(posting_id) REFERENCES ledger_posting (id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT fk_ledger_line_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_ledger_line_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)

CREATE INDEX ix_ledger_line_account_id ON ledger_line (account_id, posting_id)

CREATE INDEX ix_ledger_line_batch_id ON ledger_line (batch_id)

CREATE UNIQUE INDEX uq_ledger_line_given ON ledger_line (holding_id) WHERE quantity < 0

CREATE UNIQUE INDEX uq_ledger_line_made ON ledger_line (holding_id) WHERE quantity > 0

CREATE TABLE ledger_money (
  posting_id VARCHAR(32) NOT NULL,
  line INTEGER NOT NULL,
  account_id VARCHAR(32) NOT NULL,
  bucket VARCHAR(64) NOT NULL,
  cents BIGINT NOT NULL,
  CONSTRAINT pk_ledger_money PRIMARY KEY (posting_id, line),
  CONSTRAINT ck_ledger_money_bucket CHECK (bucket IN ('cash', 'reserved')),
  CONSTRAINT ck_ledger_money_line CHECK (line >= 1),
  CONSTRAINT ck_ledger_money_cents CHECK (cents <> 0),
  CONSTRAINT fk_ledger_money_posting_id FOREIGN KEY(posting_id) REFERENCES ledger_posting (id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT fk_ledger_money_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE INDEX ix_ledger_money_account_id ON ledger_money (account_id, posting_id)

CREATE TABLE trade (
  id VARCHAR(32) NOT NULL,
  order_id VARCHAR(32),
  confirmation_number VARCHAR(60) NOT NULL,
  channel VARCHAR(64) NOT NULL,
  external_id VARCHAR(100),
  posting_id VARCHAR(32) NOT NULL,
  seller_account VARCHAR(32) NOT NULL,
  buyer_account VARCHAR(32) NOT NULL,
  project_id VARCHAR(32) NOT NULL,
  quantity BIGINT NOT NULL,
  price_cents BIGINT NOT NULL,
  amount_cents BIGINT NOT NULL,
  fee_cents BIGINT NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT pk_trade PRIMARY KEY (id),
  CONSTRAINT ck_trade_channel CHECK (channel IN ('market', 'reported')),
  CONSTRAINT ck_trade_external CHECK ((channel = 'reported') = (external_id IS NOT NULL)),
  CONSTRAINT ck_trade_quantity CHECK (quantity > 0 AND price_cents > 0),
  CONSTRAINT ck_trade_amount CHECK (amount_cents = quantity * price_cents),
  CONSTRAINT ck_trade_fee CHECK (fee_cents >= 0 AND fee_cents <= amount_cents),
  CONSTRAINT ck_trade_two_accounts CHECK (seller_account <> buyer_account),
  CONSTRAINT uq_trade_confirmation_number UNIQUE (confirmation_number),
  CONSTRAINT uq_trade_external_id UNIQUE (external_id),
  CONSTRAINT uq_trade_posting_id UNIQUE (posting_id),
  CONSTRAINT fk_trade_posting_id FOREIGN KEY(posting_id) REFERENCES ledger_posting (id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT fk_trade_seller_account FOREIGN KEY(seller_account) REFERENCES account (id),
  CONSTRAINT fk_trade_buyer_account FOREIGN KEY(buyer_account) REFERENCES account (id),
  CONSTRAINT fk_trade_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)

CREATE INDEX ix_trade_at ON trade (at)

CREATE INDEX ix_trade_buyer_account ON trade (buyer_account)

CREATE INDEX ix_trade_order_id ON trade (order_id)

CREATE INDEX ix_trade_project_id ON trade (project_id)

CREATE INDEX ix_trade_seller_account ON trade (seller_account)
