-- Money brought in and paid out at the exchange's counter, and its rules.

CREATE TABLE cash_entry (
  id VARCHAR(32) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  account_id VARCHAR(32) NOT NULL,
  cents BIGINT NOT NULL,
  reference VARCHAR(100) NOT NULL,
  state VARCHAR(64) NOT NULL,
  entered_by VARCHAR(32) NOT NULL,
  entered_at BIGINT NOT NULL,
  checked_by VARCHAR(32),
  checked_at BIGINT,
  posting_id VARCHAR(32),
  reason TEXT,
  CONSTRAINT pk_cash_entry PRIMARY KEY (id),
  CONSTRAINT ck_cash_entry_kind CHECK (kind IN ('deposit', 'payout')),
  CONSTRAINT ck_cash_entry_state CHECK (state IN ('entered', 'posted', 'returned')),
  CONSTRAINT ck_cash_entry_cents CHECK (cents > 0),
  CONSTRAINT ck_cash_entry_reference CHECK (length(reference) > 0),
  CONSTRAINT ck_cash_entry_second_person CHECK (checked_by <> entered_by),
  CONSTRAINT ck_cash_entry_checked CHECK ((state = 'entered') = (checked_by IS NULL)),
  CONSTRAINT ck_cash_entry_posted CHECK ((state = 'posted') = (posting_id IS NOT NULL)),
  CONSTRAINT fk_cash_entry_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_cash_entry_posting_id FOREIGN KEY(posting_id) REFERENCES ledger_posting (id)
)

CREATE INDEX ix_cash_entry_account_id ON cash_entry (account_id)

CREATE INDEX ix_cash_entry_state ON cash_entry (state)

CREATE UNIQUE INDEX uq_cash_entry_reference ON cash_entry (kind, reference) WHERE state <> 'returned'

-- What was entered stays as it was entered; what was checked stays as it was decided.
CREATE FUNCTION jcer_cash_entry_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'entered' OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.account_id <> OLD.account_id
    OR NEW.cents <> OLD.cents OR NEW.reference <> OLD.reference OR NEW.entered_by <> OLD.entered_by
    OR NEW.entered_at <> OLD.entered_at THEN
    PERFORM jcer_refuse('cash_entry_final');
  END IF;
  IF NEW.state = 'posted' AND NOT EXISTS (
    SELECT 1 FROM ledger_posting p
    JOIN ledger_money m ON m.posting_id = p.id AND m.account_id = NEW.account_id
    WHERE p.id = NEW.posting_id AND p.kind = NEW.kind
      AND m.cents = CASE NEW.kind WHEN 'deposit' THEN NEW.cents ELSE -NEW.cents END) THEN
    PERFORM jcer_refuse('cash_entry_unposted');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER cash_entry_fixed BEFORE UPDATE ON cash_entry
FOR EACH ROW EXECUTE FUNCTION jcer_cash_entry_fixed()
