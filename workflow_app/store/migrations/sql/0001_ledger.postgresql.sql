-- The rules of the book (docs/domain.md §5, I1-I4, I7) as triggers. SQLite has the same in its own file.
-- A posting's lines come first, then the holdings they give are deleted and those they make inserted,
-- then the posting itself, which checks and closes it.

-- An account's number, holder and kind never change; a closed one is closed.
CREATE FUNCTION jcer_account_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.kind <> OLD.kind
    OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id
    OR NEW.person_id IS DISTINCT FROM OLD.person_id OR OLD.state = 'closed' THEN
    PERFORM jcer_refuse('account_fixed');
  END IF;
  IF NEW.state = 'closed' AND (
    EXISTS (SELECT 1 FROM holding WHERE account_id = NEW.id AND bucket NOT IN ('cancelled', 'reversed'))
    OR EXISTS (SELECT 1 FROM money_balance WHERE account_id = NEW.id AND cents <> 0)) THEN
    PERFORM jcer_refuse('account_not_empty');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER account_fixed BEFORE UPDATE ON account
FOR EACH ROW EXECUTE FUNCTION jcer_account_fixed()

-- A given line is the exact image of a holding; a received one is a part of a given one.
CREATE FUNCTION jcer_ledger_line_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM ledger_posting WHERE id = NEW.posting_id) THEN
    PERFORM jcer_refuse('posting_sealed');
  END IF;
  IF NEW.quantity > 0 THEN
    IF NOT EXISTS (SELECT 1 FROM ledger_line g WHERE g.posting_id = NEW.posting_id AND g.line = NEW.of_line
                   AND g.quantity < 0 AND g.batch_id = NEW.batch_id AND g.vintage = NEW.vintage
                   AND g.first_unit <= NEW.first_unit AND NEW.last_unit <= g.last_unit) THEN
      PERFORM jcer_refuse('units_unmatched');
    END IF;
  ELSIF NEW.bucket IN ('cancelled', 'reversed') THEN
    PERFORM jcer_refuse('units_terminal');
  ELSIF NEW.bucket <> 'issued' THEN
    IF NOT EXISTS (SELECT 1 FROM holding h WHERE h.id = NEW.holding_id AND h.account_id = NEW.account_id
                   AND h.bucket = NEW.bucket AND h.batch_id = NEW.batch_id AND h.vintage = NEW.vintage
                   AND h.first_unit = NEW.first_unit AND h.last_unit = NEW.last_unit
                   AND h.transfer_count = NEW.transfer_count
                   AND h.hold_kind IS NOT DISTINCT FROM NEW.hold_kind
                   AND h.hold_id IS NOT DISTINCT FROM NEW.hold_id
                   AND h.prior_bucket IS NOT DISTINCT FROM NEW.prior_bucket
                   AND h.prior_hold_kind IS NOT DISTINCT FROM NEW.prior_hold_kind
                   AND h.prior_hold_id IS NOT DISTINCT FROM NEW.prior_hold_id) THEN
      PERFORM jcer_refuse('holding_unmatched');
    END IF;
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER ledger_line_rules BEFORE INSERT ON ledger_line
FOR EACH ROW EXECUTE FUNCTION jcer_ledger_line_rules()

CREATE FUNCTION jcer_ledger_money_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM ledger_posting WHERE id = NEW.posting_id) THEN
    PERFORM jcer_refuse('posting_sealed');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER ledger_money_rules BEFORE INSERT ON ledger_money
FOR EACH ROW EXECUTE FUNCTION jcer_ledger_money_rules()

-- Two transactions cannot each bring half of a posting: at commit every line stands in the count it closed.
CREATE FUNCTION jcer_ledger_line_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_posting WHERE id = NEW.posting_id AND NEW.line <= lines) THEN
    PERFORM jcer_refuse('posting_sealed');
  END IF;
  RETURN NULL;
END $$

CREATE CONSTRAINT TRIGGER ledger_line_closed AFTER INSERT ON ledger_line
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION jcer_ledger_line_closed()

CREATE FUNCTION jcer_ledger_money_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_posting WHERE id = NEW.posting_id AND NEW.line <= money_lines) THEN
    PERFORM jcer_refuse('posting_sealed');
  END IF;
  RETURN NULL;
END $$

CREATE CONSTRAINT TRIGGER ledger_money_closed AFTER INSERT ON ledger_money
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION jcer_ledger_money_closed()

-- A holding is made by one received line of a posting still open, shares no unit with another of its
-- project (I2), and lies where its account may have it (I3).
CREATE FUNCTION jcer_holding_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kind_of_account text;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_line l WHERE l.holding_id = NEW.id AND l.quantity > 0
                 AND l.posting_id = NEW.posting_id AND l.account_id = NEW.account_id
                 AND l.bucket = NEW.bucket AND l.batch_id = NEW.batch_id AND l.vintage = NEW.vintage
                 AND l.first_unit = NEW.first_unit AND l.last_unit = NEW.last_unit
                 AND l.serial = NEW.serial AND l.transfer_count = NEW.transfer_count
                 AND l.hold_kind IS NOT DISTINCT FROM NEW.hold_kind
                 AND l.hold_id IS NOT DISTINCT FROM NEW.hold_id
                 AND l.prior_bucket IS NOT DISTINCT FROM NEW.prior_bucket
                 AND l.prior_hold_kind IS NOT DISTINCT FROM NEW.prior_hold_kind
                 AND l.prior_hold_id IS NOT DISTINCT FROM NEW.prior_hold_id)
    OR EXISTS (SELECT 1 FROM ledger_posting WHERE id = NEW.posting_id)
    OR NOT EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch_id AND project_id = NEW.project_id) THEN
    PERFORM jcer_refuse('holding_unmatched');
  END IF;
  IF NEW.first_unit <= (SELECT last_unit FROM holding WHERE project_id = NEW.project_id
                        AND first_unit <= NEW.last_unit ORDER BY first_unit DESC LIMIT 1) THEN
    PERFORM jcer_refuse('units_overlap');
  END IF;
  SELECT kind INTO kind_of_account FROM account WHERE id = NEW.account_id;
  IF kind_of_account NOT IN ('owner', 'buyer')
    OR (kind_of_account = 'buyer' AND NEW.bucket IN ('available', 'frozen')) THEN
    PERFORM jcer_refuse('bucket_of_account');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER holding_made BEFORE INSERT ON holding
FOR EACH ROW EXECUTE FUNCTION jcer_holding_made()

CREATE TRIGGER holding_fixed BEFORE UPDATE ON holding
FOR EACH ROW EXECUTE FUNCTION jcer_append_only()

CREATE TRIGGER holding_no_truncate BEFORE TRUNCATE ON holding
FOR EACH STATEMENT EXECUTE FUNCTION jcer_append_only()

-- I4: nothing leaves a cancelled or reversed holding; others only by a line that gives them.
CREATE FUNCTION jcer_holding_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.bucket IN ('cancelled', 'reversed') THEN
    PERFORM jcer_refuse('units_terminal');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM ledger_line l WHERE l.holding_id = OLD.id AND l.quantity < 0
                 AND NOT EXISTS (SELECT 1 FROM ledger_posting p WHERE p.id = l.posting_id)) THEN
    PERFORM jcer_refuse('holding_unmatched');
  END IF;
  RETURN OLD;
END $$

CREATE TRIGGER holding_given BEFORE DELETE ON holding
FOR EACH ROW EXECUTE FUNCTION jcer_holding_given()

CREATE FUNCTION jcer_money_balance_floor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.cents < 0 AND NOT EXISTS (SELECT 1 FROM account WHERE id = NEW.account_id AND kind = 'outside') THEN
    PERFORM jcer_refuse('insufficient_funds');
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER money_balance_floor BEFORE INSERT OR UPDATE ON money_balance
FOR EACH ROW EXECUTE FUNCTION jcer_money_balance_floor()

-- Closing: the posting is whole, balanced, and every move in it is one its kind makes.
CREATE FUNCTION jcer_ledger_posting_closing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found record;
  owner_account text;
BEGIN
  SELECT count(*) AS lines, coalesce(max(line), 0) AS last, coalesce(sum(quantity), 0) AS balance,
    count(*) FILTER (WHERE quantity > 0) AS received INTO found FROM ledger_line WHERE posting_id = NEW.id;
  IF found.lines <> NEW.lines OR found.last <> NEW.lines OR found.balance <> 0 THEN
    PERFORM jcer_refuse('posting_unbalanced');
  END IF;
  IF EXISTS (SELECT 1 FROM ledger_line l JOIN holding h ON h.id = l.holding_id
             WHERE l.posting_id = NEW.id AND l.quantity < 0)
    OR (SELECT count(*) FROM holding WHERE posting_id = NEW.id) <> found.received THEN
    PERFORM jcer_refuse('holding_unmatched');
  END IF;
  IF EXISTS (SELECT 1 FROM ledger_line l JOIN batch b ON b.id = l.batch_id
             WHERE l.posting_id = NEW.id AND b.project_id IS DISTINCT FROM NEW.project_id) THEN
    PERFORM jcer_refuse('posting_move');
  END IF;
  SELECT a.id INTO owner_account FROM project p JOIN account a ON a.organisation_id = p.owner_org
    AND a.kind = 'owner' WHERE p.id = NEW.project_id;
  IF NEW.kind = 'transfer' AND EXISTS (
    SELECT 1 FROM ledger_line g WHERE g.posting_id = NEW.id AND g.quantity < 0
      AND (g.transfer_count <> 0 OR g.account_id IS DISTINCT FROM owner_account)) THEN
    PERFORM jcer_refuse('resale_forbidden');
  END IF;
  IF EXISTS (
    SELECT 1 FROM ledger_line r
    JOIN ledger_line g ON g.posting_id = r.posting_id AND g.line = r.of_line
    JOIN account a ON a.id = r.account_id
    WHERE r.posting_id = NEW.id AND r.quantity > 0 AND NOT (
      (r.account_id = g.account_id AND r.bucket = g.bucket AND r.transfer_count = g.transfer_count
        AND r.hold_id IS NOT DISTINCT FROM g.hold_id AND r.prior_bucket IS NOT DISTINCT FROM g.prior_bucket
        AND r.prior_hold_id IS NOT DISTINCT FROM g.prior_hold_id)
      OR CASE NEW.kind
        WHEN 'mint' THEN g.bucket = 'issued' AND r.bucket = 'available' AND r.transfer_count = 0
          AND r.batch_id = NEW.batch_id AND r.account_id = owner_account
        WHEN 'transfer' THEN g.bucket IN ('available', 'frozen') AND r.bucket = 'held'
          AND r.transfer_count = 1 AND r.hold_id IS NULL AND a.kind = 'buyer'
        WHEN 'succession' THEN g.bucket IN ('available', 'held') AND r.bucket IN ('available', 'held')
          AND r.transfer_count = g.transfer_count AND EXISTS (
            SELECT 1 FROM account_order o WHERE o.id = NEW.order_id AND o.kind = 'succession'
              AND o.account_id = g.account_id AND o.to_account_id = r.account_id)
        WHEN 'dispute' THEN r.account_id = g.account_id AND r.transfer_count = g.transfer_count
          AND g.bucket IN ('available', 'frozen', 'held', 'pending') AND r.bucket = 'disputed'
          AND r.prior_bucket = g.bucket AND r.prior_hold_id IS NOT DISTINCT FROM g.hold_id
        WHEN 'undispute' THEN r.account_id = g.account_id AND r.transfer_count = g.transfer_count
          AND g.bucket = 'disputed' AND r.bucket = g.prior_bucket
          AND r.hold_id IS NOT DISTINCT FROM g.prior_hold_id
        ELSE r.account_id = g.account_id AND r.transfer_count = g.transfer_count
          AND NEW.kind || ' ' || g.bucket || ' ' || r.bucket IN (
            'freeze available frozen', 'release frozen available',
            'hold_cancellation available pending', 'hold_cancellation held pending',
            'cancel pending cancelled',
            'return_cancellation pending available', 'return_cancellation pending held',
            'reverse available reversed', 'reverse frozen reversed', 'reverse disputed reversed')
      END)) THEN
    PERFORM jcer_refuse('posting_move');
  END IF;
  IF NEW.quantity <> (
    SELECT coalesce(sum(r.quantity), 0) FROM ledger_line r
    JOIN ledger_line g ON g.posting_id = r.posting_id AND g.line = r.of_line
    WHERE r.posting_id = NEW.id AND r.quantity > 0
      AND (r.account_id <> g.account_id OR r.bucket <> g.bucket)) THEN
    PERFORM jcer_refuse('posting_unbalanced');
  END IF;
  IF NEW.kind IN ('freeze', 'transfer', 'hold_cancellation') AND EXISTS (
    SELECT 1 FROM ledger_line l JOIN account a ON a.id = l.account_id WHERE l.posting_id = NEW.id
      AND a.state <> 'normal' AND NOT (NEW.kind = 'hold_cancellation' AND a.state = 'restricted')) THEN
    PERFORM jcer_refuse('account_not_normal');
  END IF;
  IF NEW.kind = 'mint' THEN
    PERFORM 1 FROM project WHERE id = NEW.project_id FOR UPDATE;
    IF NOT EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch_id AND project_id = NEW.project_id
                   AND issued = NEW.quantity) THEN
      PERFORM jcer_refuse('mint_differs');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM registration WHERE project_id = NEW.project_id AND state = 'active') THEN
      PERFORM jcer_refuse('project_not_registered');
    END IF;
    IF (SELECT min(first_unit) FROM ledger_line WHERE posting_id = NEW.id) <> 1 + coalesce(
        (SELECT last_unit FROM holding WHERE project_id = NEW.project_id AND posting_id <> NEW.id
         ORDER BY first_unit DESC LIMIT 1), 0)
      OR (SELECT max(last_unit) - min(first_unit) + 1 FROM ledger_line WHERE posting_id = NEW.id)
        <> NEW.quantity THEN
      PERFORM jcer_refuse('units_unmatched');
    END IF;
  END IF;
  PERFORM jcer_ledger_money_closing(NEW);
  RETURN NEW;
END $$

-- Money: balanced, only between the accounts its kind names, and a transfer's is its trade's (I7).
CREATE FUNCTION jcer_ledger_money_closing(posting ledger_posting) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  found record;
  sold trade;
BEGIN
  SELECT count(*) AS lines, coalesce(max(line), 0) AS last, coalesce(sum(cents), 0) AS balance INTO found
    FROM ledger_money WHERE posting_id = posting.id;
  IF found.lines <> posting.money_lines OR found.last <> posting.money_lines OR found.balance <> 0 THEN
    PERFORM jcer_refuse('money_unbalanced');
  END IF;
  IF posting.project_id IS NULL AND found.lines <> 2
    OR posting.kind <> 'transfer' AND posting.project_id IS NOT NULL AND found.lines <> 0 THEN
    PERFORM jcer_refuse('money_move');
  END IF;
  IF posting.project_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM ledger_money g JOIN ledger_money r ON r.posting_id = g.posting_id AND r.cents > 0
    JOIN account ga ON ga.id = g.account_id JOIN account ra ON ra.id = r.account_id
    WHERE g.posting_id = posting.id AND g.cents < 0 AND CASE posting.kind
      WHEN 'deposit' THEN ga.kind = 'outside' AND ra.kind IN ('owner', 'buyer')
        AND g.bucket = 'cash' AND r.bucket = 'cash' AND ra.state <> 'closed'
      WHEN 'payout' THEN ga.kind IN ('owner', 'buyer') AND ra.kind = 'outside'
        AND g.bucket = 'cash' AND r.bucket = 'cash' AND ga.state IN ('normal', 'restricted')
      WHEN 'reserve' THEN ga.id = ra.id AND ga.kind = 'buyer' AND ga.state = 'normal'
        AND g.bucket = 'cash' AND r.bucket = 'reserved'
      WHEN 'unreserve' THEN ga.id = ra.id AND g.bucket = 'reserved' AND r.bucket = 'cash'
      WHEN 'fee' THEN ga.kind IN ('owner', 'buyer') AND ra.kind = 'fee'
        AND g.bucket = 'cash' AND r.bucket = 'cash'
    END) THEN
    PERFORM jcer_refuse('money_move');
  END IF;
  IF posting.kind <> 'transfer' THEN
    RETURN;
  END IF;
  SELECT * INTO sold FROM trade WHERE posting_id = posting.id AND project_id = posting.project_id
    AND quantity = posting.quantity;
  IF sold.id IS NULL OR EXISTS (
    SELECT 1 FROM ledger_line l WHERE l.posting_id = posting.id
      AND l.account_id NOT IN (sold.seller_account, sold.buyer_account)) THEN
    PERFORM jcer_refuse('trade_missing');
  END IF;
  IF sold.channel = 'reported' THEN
    IF found.lines <> 0 THEN
      PERFORM jcer_refuse('money_move');
    END IF;
  ELSIF found.lines <> 1 + (sold.fee_cents > 0)::int + (sold.fee_cents < sold.amount_cents)::int
    OR EXISTS (
      SELECT 1 FROM ledger_money m JOIN account a ON a.id = m.account_id WHERE m.posting_id = posting.id
        AND NOT (a.kind = 'fee' AND m.bucket = 'cash' AND m.cents = sold.fee_cents)
        AND NOT (a.id = sold.buyer_account AND m.cents = -sold.amount_cents)
        AND NOT (a.id = sold.seller_account AND m.bucket = 'cash'
          AND m.cents = sold.amount_cents - sold.fee_cents))
    OR NOT EXISTS (SELECT 1 FROM ledger_money WHERE posting_id = posting.id
                   AND account_id = sold.buyer_account AND cents = -sold.amount_cents) THEN
    PERFORM jcer_refuse('money_move');
  END IF;
END $$

CREATE TRIGGER ledger_posting_closing BEFORE INSERT ON ledger_posting
FOR EACH ROW EXECUTE FUNCTION jcer_ledger_posting_closing()
