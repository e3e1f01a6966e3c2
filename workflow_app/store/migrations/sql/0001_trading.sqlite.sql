-- Orders, bids, alerts and the exchange's daily reports (docs/domain.md §3, transfer order; R19, R38-R40).

CREATE TABLE trade_order (
  id VARCHAR(32) NOT NULL,
  number VARCHAR(40) NOT NULL,
  mode VARCHAR(64) NOT NULL,
  project_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32),
  seller_account VARCHAR(32) NOT NULL,
  buyer_account VARCHAR(32),
  quantity BIGINT NOT NULL,
  remaining BIGINT NOT NULL,
  price_cents BIGINT,
  reserve_cents BIGINT,
  opens_at BIGINT NOT NULL,
  closes_at BIGINT NOT NULL,
  state VARCHAR(64) NOT NULL,
  end_reason TEXT,
  ended_at BIGINT,
  case_id VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT pk_trade_order PRIMARY KEY (id),
  CONSTRAINT ck_trade_order_mode CHECK (mode IN ('listing', 'negotiated', 'auction')),
  CONSTRAINT ck_trade_order_state CHECK (state IN ('open', 'pending', 'matched', 'completed', 'withdrawn', 'expired', 'rejected', 'unsold', 'failed')),
  CONSTRAINT ck_trade_order_quantity CHECK (quantity > 0 AND remaining >= 0 AND remaining <= quantity),
  CONSTRAINT ck_trade_order_price CHECK ((mode = 'auction') = (reserve_cents IS NOT NULL) AND (mode = 'auction') = (price_cents IS NULL) AND coalesce(price_cents, reserve_cents) > 0),
  CONSTRAINT ck_trade_order_buyer CHECK ((mode = 'negotiated') = (buyer_account IS NOT NULL)),
  CONSTRAINT ck_trade_order_times CHECK (opens_at < closes_at),
  CONSTRAINT ck_trade_order_completed CHECK (state <> 'completed' OR remaining < quantity),
  CONSTRAINT ck_trade_order_ended CHECK ((state IN ('completed', 'withdrawn', 'expired', 'rejected', 'unsold', 'failed')) = (ended_at IS NOT NULL)),
  CONSTRAINT uq_trade_order_number UNIQUE (number),
  CONSTRAINT fk_trade_order_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT fk_trade_order_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id),
  CONSTRAINT fk_trade_order_seller_account FOREIGN KEY(seller_account) REFERENCES account (id),
  CONSTRAINT fk_trade_order_buyer_account FOREIGN KEY(buyer_account) REFERENCES account (id),
  CONSTRAINT fk_trade_order_case_id FOREIGN KEY(case_id) REFERENCES case_file (id)
)

CREATE INDEX ix_trade_order_buyer_account ON trade_order (buyer_account)

CREATE INDEX ix_trade_order_case_id ON trade_order (case_id)

CREATE INDEX ix_trade_order_project_id ON trade_order (project_id)

CREATE INDEX ix_trade_order_seller_account ON trade_order (seller_account)

CREATE INDEX ix_trade_order_state ON trade_order (state, mode, created_at)

CREATE TABLE bid (
  id VARCHAR(32) NOT NULL,
  order_id VARCHAR(32) NOT NULL,
  buyer_account VARCHAR(32) NOT NULL,
  quantity BIGINT NOT NULL,
  sealed TEXT NOT NULL,
  price_cents BIGINT,
  won BIGINT NOT NULL,
  placed_at BIGINT NOT NULL,
  state VARCHAR(64) NOT NULL,
  CONSTRAINT pk_bid PRIMARY KEY (id),
  CONSTRAINT ck_bid_state CHECK (state IN ('placed', 'withdrawn', 'won', 'lost', 'returned')),
  CONSTRAINT ck_bid_quantity CHECK (quantity > 0 AND won >= 0 AND won <= quantity),
  CONSTRAINT ck_bid_won CHECK ((state = 'won') = (won > 0)),
  CONSTRAINT ck_bid_opened CHECK (price_cents IS NULL OR (price_cents > 0 AND state NOT IN ('placed', 'withdrawn'))),
  CONSTRAINT fk_bid_order_id FOREIGN KEY(order_id) REFERENCES trade_order (id),
  CONSTRAINT fk_bid_buyer_account FOREIGN KEY(buyer_account) REFERENCES account (id)
)

CREATE INDEX ix_bid_buyer_account ON bid (buyer_account)

CREATE INDEX ix_bid_order_id ON bid (order_id)

CREATE UNIQUE INDEX uq_bid_placed ON bid (order_id, buyer_account) WHERE state = 'placed'

CREATE TABLE trade_alert (
  id VARCHAR(32) NOT NULL,
  trade_id VARCHAR(32) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  facts TEXT NOT NULL,
  at BIGINT NOT NULL,
  state VARCHAR(64) NOT NULL,
  finding TEXT,
  reviewed_by VARCHAR(32),
  reviewed_at BIGINT,
  CONSTRAINT pk_trade_alert PRIMARY KEY (id),
  CONSTRAINT ck_trade_alert_state CHECK (state IN ('open', 'cleared', 'reported')),
  CONSTRAINT ck_trade_alert_reviewed CHECK ((state = 'open') = (reviewed_at IS NULL)),
  CONSTRAINT fk_trade_alert_trade_id FOREIGN KEY(trade_id) REFERENCES trade (id)
)

CREATE INDEX ix_trade_alert_state ON trade_alert (state, at)

CREATE INDEX ix_trade_alert_trade_id ON trade_alert (trade_id)

CREATE UNIQUE INDEX uq_trade_alert_kind ON trade_alert (trade_id, kind)

CREATE TABLE trade_report_day (
  id VARCHAR(32) NOT NULL,
  exchange_org VARCHAR(32) NOT NULL,
  day VARCHAR(10) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  signed_with VARCHAR(64),
  trades INTEGER NOT NULL,
  quantity BIGINT NOT NULL,
  amount_cents BIGINT NOT NULL,
  differences INTEGER NOT NULL,
  received_at BIGINT NOT NULL,
  received_by VARCHAR(32),
  CONSTRAINT pk_trade_report_day PRIMARY KEY (id),
  CONSTRAINT ck_trade_report_day_sums CHECK (trades >= 0 AND quantity >= 0 AND amount_cents >= 0 AND differences >= 0),
  CONSTRAINT fk_trade_report_day_exchange_org FOREIGN KEY(exchange_org) REFERENCES organisation (id)
)

CREATE INDEX ix_trade_report_day_received_at ON trade_report_day (day, received_at)

CREATE UNIQUE INDEX uq_trade_report_day ON trade_report_day (exchange_org, day, sha256)

CREATE TABLE trade_difference (
  report_id VARCHAR(32) NOT NULL,
  line INTEGER NOT NULL,
  external_id VARCHAR(100) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  what TEXT NOT NULL,
  CONSTRAINT pk_trade_difference PRIMARY KEY (report_id, line),
  CONSTRAINT ck_trade_difference_kind CHECK (kind IN ('missing_here', 'missing_there', 'differs')),
  CONSTRAINT fk_trade_difference_report_id FOREIGN KEY(report_id) REFERENCES trade_report_day (id)
)

-- R39: only the owner of a registered project offers its units; what an order is, never changes, and one
-- that is over does not change at all. Tonnes once sold do not come back.
CREATE TRIGGER trade_order_made BEFORE INSERT ON trade_order
BEGIN
  SELECT RAISE(ABORT, 'jcer:already_there') FROM trade_order WHERE id = NEW.id OR number = NEW.number;
  SELECT RAISE(ABORT, 'jcer:resale_forbidden')
  WHERE NOT EXISTS (SELECT 1 FROM account a JOIN project p ON p.id = NEW.project_id
                    WHERE a.id = NEW.seller_account AND a.kind = 'owner' AND a.organisation_id = p.owner_org);
  SELECT RAISE(ABORT, 'jcer:order_unregistered')
  WHERE NOT EXISTS (SELECT 1 FROM project WHERE id = NEW.project_id AND state = 'registered');
  SELECT RAISE(ABORT, 'jcer:order_buyer')
  WHERE NEW.buyer_account IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM account WHERE id = NEW.buyer_account AND kind = 'buyer');
  SELECT RAISE(ABORT, 'jcer:order_final') WHERE NEW.remaining <> NEW.quantity OR NEW.ended_at IS NOT NULL;
END

CREATE TRIGGER trade_order_changed BEFORE UPDATE ON trade_order
BEGIN
  SELECT RAISE(ABORT, 'jcer:order_final')
  WHERE OLD.ended_at IS NOT NULL OR NEW.remaining > OLD.remaining OR NEW.id <> OLD.id
    OR NEW.number <> OLD.number OR NEW.mode <> OLD.mode OR NEW.project_id <> OLD.project_id
    OR NEW.seller_account <> OLD.seller_account OR NEW.quantity <> OLD.quantity
    OR NEW.opens_at <> OLD.opens_at OR NEW.case_id <> OLD.case_id OR NEW.created_at <> OLD.created_at
    OR NEW.batch_id IS NOT OLD.batch_id OR NEW.buyer_account IS NOT OLD.buyer_account
    OR NEW.price_cents IS NOT OLD.price_cents OR NEW.reserve_cents IS NOT OLD.reserve_cents;
END

-- A bid is placed on an auction that is open, by a buyer; its seal is never changed.
CREATE TRIGGER bid_made BEFORE INSERT ON bid
BEGIN
  SELECT RAISE(ABORT, 'jcer:already_there') FROM bid WHERE id = NEW.id;
  SELECT RAISE(ABORT, 'jcer:bidding_closed')
  WHERE NEW.state <> 'placed' OR NOT EXISTS (
    SELECT 1 FROM trade_order WHERE id = NEW.order_id AND mode = 'auction' AND state = 'open');
  SELECT RAISE(ABORT, 'jcer:order_buyer')
  WHERE NOT EXISTS (SELECT 1 FROM account WHERE id = NEW.buyer_account AND kind = 'buyer');
END

CREATE TRIGGER bid_changed BEFORE UPDATE ON bid
BEGIN
  SELECT RAISE(ABORT, 'jcer:bid_final')
  WHERE OLD.state <> 'placed' OR NEW.id <> OLD.id OR NEW.order_id <> OLD.order_id
    OR NEW.buyer_account <> OLD.buyer_account OR NEW.quantity <> OLD.quantity
    OR NEW.sealed <> OLD.sealed OR NEW.placed_at <> OLD.placed_at;
END

-- What was found remarkable stays; it is looked into once.
CREATE TRIGGER trade_alert_changed BEFORE UPDATE ON trade_alert
BEGIN
  SELECT RAISE(ABORT, 'jcer:append_only')
  WHERE OLD.state <> 'open' OR NEW.id <> OLD.id OR NEW.trade_id <> OLD.trade_id OR NEW.kind <> OLD.kind
    OR NEW.facts <> OLD.facts OR NEW.at <> OLD.at;
END

CREATE TRIGGER trade_alert_no_replace BEFORE INSERT ON trade_alert
WHEN EXISTS (SELECT 1 FROM trade_alert WHERE id = NEW.id OR (trade_id = NEW.trade_id AND kind = NEW.kind))
BEGIN
  SELECT RAISE(ABORT, 'jcer:already_there');
END
