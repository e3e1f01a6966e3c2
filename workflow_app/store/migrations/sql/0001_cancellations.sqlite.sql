-- Cancellations, certificates, delegations and corrections (355号附件二（三）; docs/domain.md §4).

CREATE TABLE delegation (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(100) NOT NULL,
  organisation_id VARCHAR(32) NOT NULL,
  scope TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_until DATE NOT NULL,
  granted_by VARCHAR(32) NOT NULL,
  granted_at BIGINT NOT NULL,
  revoked_at BIGINT,
  revoked_by VARCHAR(32),
  revoke_reason TEXT,
  CONSTRAINT pk_delegation PRIMARY KEY (id),
  CONSTRAINT ck_delegation_dates CHECK (valid_from <= valid_until),
  CONSTRAINT ck_delegation_revoked CHECK ((revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoke_reason IS NULL)),
  CONSTRAINT uq_delegation_number UNIQUE (number),
  CONSTRAINT fk_delegation_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)

CREATE INDEX ix_delegation_organisation_id ON delegation (organisation_id)

CREATE TABLE cancellation (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(40) NOT NULL,
  account_id VARCHAR(32) NOT NULL,
  project_id VARCHAR(32) NOT NULL,
  quantity BIGINT NOT NULL,
  purpose VARCHAR(64) NOT NULL,
  sub_type VARCHAR(64),
  purpose_other TEXT DEFAULT '' NOT NULL,
  evidence TEXT NOT NULL,
  beneficiary_kind VARCHAR(64) NOT NULL,
  beneficiary_name VARCHAR(200),
  people TEXT,
  state VARCHAR(64) NOT NULL,
  hold_posting_id VARCHAR(32),
  cancel_posting_id VARCHAR(32),
  return_posting_id VARCHAR(32),
  case_id VARCHAR(32),
  applied_at BIGINT NOT NULL,
  decided_at BIGINT,
  CONSTRAINT pk_cancellation PRIMARY KEY (id),
  CONSTRAINT ck_cancellation_purpose CHECK (purpose IN ('public_welfare', 'voluntary_offset', 'carbon_neutrality', 'substitute_restoration', 'other')),
  CONSTRAINT ck_cancellation_sub_type CHECK (sub_type IN ('activity', 'meeting', 'government_office', 'hospital', 'park', 'scenic_area', 'community', 'enterprise', 'other')),
  CONSTRAINT ck_cancellation_beneficiary_kind CHECK (beneficiary_kind IN ('holder', 'organisation', 'person')),
  CONSTRAINT ck_cancellation_named CHECK ((beneficiary_kind = 'organisation') = (beneficiary_name IS NOT NULL)),
  CONSTRAINT ck_cancellation_person CHECK (beneficiary_kind <> 'person' OR people IS NOT NULL),
  CONSTRAINT ck_cancellation_purpose_other CHECK (purpose <> 'other' OR length(purpose_other) > 0),
  CONSTRAINT ck_cancellation_state CHECK (state IN ('pending', 'cancelled', 'returned')),
  CONSTRAINT ck_cancellation_quantity CHECK (quantity > 0),
  CONSTRAINT ck_cancellation_decided CHECK ((state = 'cancelled') = (cancel_posting_id IS NOT NULL) AND (state = 'returned') = (return_posting_id IS NOT NULL) AND (state = 'pending') = (decided_at IS NULL)),
  CONSTRAINT uq_cancellation_number UNIQUE (number),
  CONSTRAINT fk_cancellation_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_cancellation_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT uq_cancellation_hold_posting_id UNIQUE (hold_posting_id),
  CONSTRAINT fk_cancellation_hold_posting_id FOREIGN KEY(hold_posting_id) REFERENCES ledger_posting (id),
  CONSTRAINT uq_cancellation_cancel_posting_id UNIQUE (cancel_posting_id),
  CONSTRAINT fk_cancellation_cancel_posting_id FOREIGN KEY(cancel_posting_id) REFERENCES ledger_posting (id),
  CONSTRAINT uq_cancellation_return_posting_id UNIQUE (return_posting_id),
  CONSTRAINT fk_cancellation_return_posting_id FOREIGN KEY(return_posting_id) REFERENCES ledger_posting (id)
)

CREATE INDEX ix_cancellation_account_id ON cancellation (account_id)

CREATE INDEX ix_cancellation_case_id ON cancellation (case_id)

CREATE INDEX ix_cancellation_project_id ON cancellation (project_id)

CREATE INDEX ix_cancellation_state ON cancellation (state, applied_at)

CREATE TABLE certificate (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(60) NOT NULL,
  cancellation_id VARCHAR(32) NOT NULL,
  quantity BIGINT NOT NULL,
  serials TEXT NOT NULL,
  code VARCHAR(12) NOT NULL,
  issuer VARCHAR(64) NOT NULL,
  issuer_org VARCHAR(32),
  delegation_id VARCHAR(32),
  issued_by VARCHAR(32) NOT NULL,
  issued_at BIGINT NOT NULL,
  stated TEXT DEFAULT '{}' NOT NULL,
  document_id VARCHAR(32),
  state VARCHAR(64) NOT NULL,
  replaces_id VARCHAR(32),
  voided_at BIGINT,
  void_reason TEXT,
  CONSTRAINT pk_certificate PRIMARY KEY (id),
  CONSTRAINT ck_certificate_issuer CHECK (issuer IN ('department', 'delegate')),
  CONSTRAINT ck_certificate_delegation CHECK ((issuer = 'delegate') = (delegation_id IS NOT NULL) AND (delegation_id IS NULL) = (issuer_org IS NULL)),
  CONSTRAINT ck_certificate_state CHECK (state IN ('valid', 'void')),
  CONSTRAINT ck_certificate_void CHECK ((state = 'void') = (voided_at IS NOT NULL) AND (voided_at IS NULL) = (void_reason IS NULL)),
  CONSTRAINT ck_certificate_code CHECK (length(code) = 12),
  CONSTRAINT ck_certificate_quantity CHECK (quantity > 0),
  CONSTRAINT ck_certificate_replaces CHECK (replaces_id <> id),
  CONSTRAINT uq_certificate_number UNIQUE (number),
  CONSTRAINT fk_certificate_cancellation_id FOREIGN KEY(cancellation_id) REFERENCES cancellation (id),
  CONSTRAINT uq_certificate_code UNIQUE (code),
  CONSTRAINT fk_certificate_issuer_org FOREIGN KEY(issuer_org) REFERENCES organisation (id),
  CONSTRAINT fk_certificate_delegation_id FOREIGN KEY(delegation_id) REFERENCES delegation (id),
  CONSTRAINT fk_certificate_replaces_id FOREIGN KEY(replaces_id) REFERENCES certificate (id)
)

CREATE INDEX ix_certificate_cancellation_id ON certificate (cancellation_id)

CREATE UNIQUE INDEX uq_certificate_cancellation_id ON certificate (cancellation_id) WHERE state = 'valid'

CREATE UNIQUE INDEX uq_certificate_replaces_id ON certificate (replaces_id)

CREATE TABLE correction (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(40) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  project_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32),
  account_id VARCHAR(32) NOT NULL,
  to_account_id VARCHAR(32),
  order_id VARCHAR(32),
  quantity BIGINT NOT NULL,
  locked BIGINT DEFAULT 0 NOT NULL,
  confirmed BIGINT,
  reversed BIGINT DEFAULT 0 NOT NULL,
  outstanding BIGINT DEFAULT 0 NOT NULL,
  grounds TEXT NOT NULL,
  state VARCHAR(64) NOT NULL,
  decision TEXT,
  decided_by VARCHAR(32),
  barred_until DATE,
  case_id VARCHAR(32),
  found_at BIGINT NOT NULL,
  decided_at BIGINT,
  settled_at BIGINT,
  CONSTRAINT pk_correction PRIMARY KEY (id),
  CONSTRAINT ck_correction_kind CHECK (kind IN ('over_issuance', 'revocation', 'dispute', 'succession')),
  CONSTRAINT ck_correction_state CHECK (state IN ('open', 'confirmed', 'dismissed', 'settled')),
  CONSTRAINT ck_correction_quantity CHECK (quantity > 0 AND locked >= 0 AND confirmed > 0 AND reversed >= 0 AND outstanding >= 0),
  CONSTRAINT ck_correction_confirmed CHECK (reversed + outstanding <= confirmed),
  CONSTRAINT ck_correction_succession CHECK ((kind = 'succession') = (order_id IS NOT NULL AND to_account_id IS NOT NULL)),
  CONSTRAINT ck_correction_barred CHECK (barred_until IS NULL OR kind = 'revocation'),
  CONSTRAINT ck_correction_decided CHECK ((state = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL) AND (state = 'settled') = (settled_at IS NOT NULL) AND (state <> 'settled' OR outstanding = 0)),
  CONSTRAINT uq_correction_number UNIQUE (number),
  CONSTRAINT fk_correction_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT fk_correction_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id),
  CONSTRAINT fk_correction_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_correction_to_account_id FOREIGN KEY(to_account_id) REFERENCES account (id),
  CONSTRAINT fk_correction_order_id FOREIGN KEY(order_id) REFERENCES account_order (id)
)

CREATE INDEX ix_correction_account_id ON correction (account_id)

CREATE INDEX ix_correction_batch_id ON correction (batch_id)

CREATE INDEX ix_correction_case_id ON correction (case_id)

CREATE INDEX ix_correction_project_id ON correction (project_id)

CREATE INDEX ix_correction_state ON correction (state, kind)

-- An application for cancellation is decided once, by a posting of its own units; what it says is fixed.
CREATE TRIGGER cancellation_fixed BEFORE UPDATE ON cancellation
BEGIN
  SELECT RAISE(ABORT, 'jcer:cancellation_final')
  WHERE OLD.state <> 'pending' OR NEW.id <> OLD.id OR NEW.number <> OLD.number
    OR NEW.account_id <> OLD.account_id OR NEW.project_id <> OLD.project_id OR NEW.quantity <> OLD.quantity
    OR NEW.purpose <> OLD.purpose OR NEW.sub_type IS NOT OLD.sub_type
    OR NEW.purpose_other <> OLD.purpose_other OR NEW.evidence <> OLD.evidence
    OR NEW.beneficiary_kind <> OLD.beneficiary_kind OR NEW.beneficiary_name IS NOT OLD.beneficiary_name
    OR NEW.hold_posting_id IS NOT OLD.hold_posting_id OR NEW.applied_at <> OLD.applied_at;
  SELECT RAISE(ABORT, 'jcer:cancellation_differs')
  WHERE NEW.state = 'cancelled' AND NOT EXISTS (
    SELECT 1 FROM ledger_posting p WHERE p.id = NEW.cancel_posting_id AND p.kind = 'cancel'
      AND p.project_id = NEW.project_id AND p.quantity = NEW.quantity
      AND NOT EXISTS (SELECT 1 FROM ledger_line l WHERE l.posting_id = p.id
                      AND (l.account_id <> NEW.account_id OR l.hold_id IS NOT NEW.id)));
END

-- An application begins pending, with its units held; the posting that holds them names it.
CREATE TRIGGER cancellation_new BEFORE INSERT ON cancellation
BEGIN
  SELECT RAISE(ABORT, 'jcer:already_there') FROM cancellation WHERE id = NEW.id OR number = NEW.number;
  SELECT RAISE(ABORT, 'jcer:cancellation_differs')
  WHERE NEW.state <> 'pending' OR NOT EXISTS (
    SELECT 1 FROM ledger_posting p WHERE p.id = NEW.hold_posting_id AND p.kind = 'hold_cancellation'
      AND p.project_id = NEW.project_id AND p.quantity = NEW.quantity
      AND EXISTS (SELECT 1 FROM ledger_line l WHERE l.posting_id = p.id AND l.quantity > 0
                  AND l.hold_id = NEW.id AND l.account_id = NEW.account_id));
END

-- I8: a certificate says what its cancellation cancelled, no more and no less, and whoever issues it may.
CREATE TRIGGER certificate_new BEFORE INSERT ON certificate
BEGIN
  SELECT RAISE(ABORT, 'jcer:already_there') FROM certificate
  WHERE id = NEW.id OR number = NEW.number OR code = NEW.code
    OR (cancellation_id = NEW.cancellation_id AND state = 'valid');
  SELECT RAISE(ABORT, 'jcer:certificate_differs')
  WHERE NEW.state <> 'valid' OR NOT EXISTS (
    SELECT 1 FROM cancellation c WHERE c.id = NEW.cancellation_id AND c.state = 'cancelled'
      AND c.quantity = NEW.quantity AND NEW.serials = (
        SELECT json_group_array(serial) FROM (
          SELECT l.serial FROM ledger_line l WHERE l.posting_id = c.cancel_posting_id AND l.quantity > 0
            AND l.bucket = 'cancelled' ORDER BY l.first_unit)));
  SELECT RAISE(ABORT, 'jcer:certificate_differs')
  WHERE NEW.replaces_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM certificate o WHERE o.id = NEW.replaces_id AND o.state = 'void'
      AND o.cancellation_id = NEW.cancellation_id);
  SELECT RAISE(ABORT, 'jcer:delegation_not_live')
  WHERE NEW.issuer = 'delegate' AND NOT EXISTS (
    SELECT 1 FROM delegation d JOIN cancellation c ON c.id = NEW.cancellation_id
    WHERE d.id = NEW.delegation_id AND d.organisation_id = NEW.issuer_org AND d.revoked_at IS NULL
      AND date(NEW.issued_at / 1000000 + 28800, 'unixepoch') BETWEEN d.valid_from AND d.valid_until
      AND EXISTS (SELECT 1 FROM json_each(d.scope) WHERE value = c.purpose));
END

-- A certificate is voided once; its paper is named once; nothing else of it changes.
CREATE TRIGGER certificate_fixed BEFORE UPDATE ON certificate
BEGIN
  SELECT RAISE(ABORT, 'jcer:certificate_final')
  WHERE NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.cancellation_id <> OLD.cancellation_id
    OR NEW.quantity <> OLD.quantity OR NEW.serials <> OLD.serials OR NEW.code <> OLD.code
    OR NEW.stated <> OLD.stated OR NEW.issuer <> OLD.issuer OR NEW.issuer_org IS NOT OLD.issuer_org
    OR NEW.delegation_id IS NOT OLD.delegation_id OR NEW.issued_by <> OLD.issued_by
    OR NEW.issued_at <> OLD.issued_at OR NEW.replaces_id IS NOT OLD.replaces_id
    OR (OLD.document_id IS NOT NULL AND NEW.document_id IS NOT OLD.document_id)
    OR (OLD.state = 'void' AND (NEW.state <> 'void' OR NEW.voided_at <> OLD.voided_at
                                OR NEW.void_reason <> OLD.void_reason));
END

CREATE TRIGGER delegation_fixed BEFORE UPDATE ON delegation
BEGIN
  SELECT RAISE(ABORT, 'jcer:delegation_final')
  WHERE OLD.revoked_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.number <> OLD.number
    OR NEW.organisation_id <> OLD.organisation_id OR NEW.scope <> OLD.scope
    OR NEW.valid_from <> OLD.valid_from OR NEW.valid_until <> OLD.valid_until
    OR NEW.granted_by <> OLD.granted_by OR NEW.granted_at <> OLD.granted_at;
END

-- What a correction says it reversed is what was reversed under it; its parties and grounds are fixed.
CREATE TRIGGER correction_fixed BEFORE UPDATE ON correction
BEGIN
  SELECT RAISE(ABORT, 'jcer:correction_final')
  WHERE OLD.state IN ('dismissed', 'settled') OR NEW.id <> OLD.id OR NEW.number <> OLD.number
    OR NEW.kind <> OLD.kind OR NEW.project_id <> OLD.project_id OR NEW.batch_id IS NOT OLD.batch_id
    OR NEW.account_id <> OLD.account_id OR NEW.quantity <> OLD.quantity OR NEW.grounds <> OLD.grounds
    OR NEW.found_at <> OLD.found_at OR NEW.reversed < OLD.reversed
    OR (NEW.confirmed IS NULL AND OLD.confirmed IS NOT NULL AND OLD.reversed > 0)
    OR (OLD.confirmed IS NOT NULL AND (NEW.confirmed <> OLD.confirmed OR NEW.decided_by <> OLD.decided_by
        OR NEW.decided_at <> OLD.decided_at OR NEW.barred_until IS NOT OLD.barred_until));
  SELECT RAISE(ABORT, 'jcer:correction_differs')
  WHERE NEW.reversed <> OLD.reversed AND NEW.reversed <> (
    SELECT coalesce(sum(quantity), 0) FROM ledger_posting
    WHERE kind = 'reverse' AND case_id = NEW.case_id);
  SELECT RAISE(ABORT, 'jcer:correction_differs')
  WHERE NEW.state = 'settled' AND NEW.kind IN ('over_issuance', 'revocation', 'dispute')
    AND NEW.reversed IS NOT NEW.confirmed;
END
