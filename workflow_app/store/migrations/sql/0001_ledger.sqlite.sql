-- The rules of the book (docs/domain.md §5, I1-I4, I7) as triggers. PostgreSQL has the same in its own file.
-- A posting's lines come first, then the holdings they give are deleted and those they make inserted,
-- then the posting itself, which checks and closes it.

-- An account's number, holder and kind never change; a closed one is closed.
CREATE TRIGGER account_fixed BEFORE UPDATE ON account
BEGIN
  SELECT RAISE(ABORT, 'jcer:account_fixed')
  WHERE NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.kind <> OLD.kind
    OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.person_id IS NOT OLD.person_id
    OR OLD.state = 'closed';
  SELECT RAISE(ABORT, 'jcer:account_not_empty')
  WHERE NEW.state = 'closed' AND (
    EXISTS (SELECT 1 FROM holding WHERE account_id = NEW.id AND bucket NOT IN ('cancelled', 'reversed'))
    OR EXISTS (SELECT 1 FROM money_balance WHERE account_id = NEW.id AND cents <> 0));
END

-- A given line is the exact image of a holding; a received one is a part of a given one.
CREATE TRIGGER ledger_line_rules BEFORE INSERT ON ledger_line
BEGIN
  SELECT RAISE(ABORT, 'jcer:posting_sealed') FROM ledger_posting WHERE id = NEW.posting_id;
  SELECT RAISE(ABORT, 'jcer:already_there') FROM ledger_line
  WHERE holding_id = NEW.holding_id AND (quantity > 0) = (NEW.quantity > 0);
  SELECT RAISE(ABORT, 'jcer:units_unmatched')
  WHERE NEW.quantity > 0 AND NOT EXISTS (
    SELECT 1 FROM ledger_line g WHERE g.posting_id = NEW.posting_id AND g.line = NEW.of_line
      AND g.quantity < 0 AND g.batch_id = NEW.batch_id AND g.vintage = NEW.vintage
      AND g.first_unit <= NEW.first_unit AND NEW.last_unit <= g.last_unit);
  SELECT RAISE(ABORT, 'jcer:units_terminal')
  WHERE NEW.quantity < 0 AND NEW.bucket IN ('cancelled', 'reversed');
  SELECT RAISE(ABORT, 'jcer:holding_unmatched')
  WHERE NEW.quantity < 0 AND NEW.bucket <> 'issued' AND NOT EXISTS (
    SELECT 1 FROM holding h WHERE h.id = NEW.holding_id AND h.account_id = NEW.account_id
      AND h.bucket = NEW.bucket AND h.batch_id = NEW.batch_id AND h.vintage = NEW.vintage
      AND h.first_unit = NEW.first_unit AND h.last_unit = NEW.last_unit
      AND h.transfer_count = NEW.transfer_count AND h.hold_kind IS NEW.hold_kind AND h.hold_id IS NEW.hold_id
      AND h.prior_bucket IS NEW.prior_bucket AND h.prior_hold_kind IS NEW.prior_hold_kind
      AND h.prior_hold_id IS NEW.prior_hold_id);
END

CREATE TRIGGER ledger_money_rules BEFORE INSERT ON ledger_money
BEGIN
  SELECT RAISE(ABORT, 'jcer:posting_sealed') FROM ledger_posting WHERE id = NEW.posting_id;
END

-- A holding is made by one received line of a posting still open, shares no unit with another of its
-- project (I2), and lies where its account may have it (I3).
CREATE TRIGGER holding_made BEFORE INSERT ON holding
BEGIN
  SELECT RAISE(ABORT, 'jcer:already_there') FROM holding
  WHERE id = NEW.id OR (project_id = NEW.project_id AND first_unit = NEW.first_unit);
  SELECT RAISE(ABORT, 'jcer:holding_unmatched')
  WHERE NOT EXISTS (
    SELECT 1 FROM ledger_line l WHERE l.holding_id = NEW.id AND l.quantity > 0
      AND l.posting_id = NEW.posting_id AND l.account_id = NEW.account_id AND l.bucket = NEW.bucket
      AND l.batch_id = NEW.batch_id AND l.vintage = NEW.vintage AND l.first_unit = NEW.first_unit
      AND l.last_unit = NEW.last_unit AND l.serial = NEW.serial AND l.transfer_count = NEW.transfer_count
      AND l.hold_kind IS NEW.hold_kind AND l.hold_id IS NEW.hold_id AND l.prior_bucket IS NEW.prior_bucket
      AND l.prior_hold_kind IS NEW.prior_hold_kind AND l.prior_hold_id IS NEW.prior_hold_id)
    OR EXISTS (SELECT 1 FROM ledger_posting WHERE id = NEW.posting_id)
    OR NOT EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch_id AND project_id = NEW.project_id);
  SELECT RAISE(ABORT, 'jcer:units_overlap')
  WHERE NEW.first_unit <= (SELECT last_unit FROM holding WHERE project_id = NEW.project_id
                           AND first_unit <= NEW.last_unit ORDER BY first_unit DESC LIMIT 1);
  SELECT RAISE(ABORT, 'jcer:bucket_of_account') FROM account
  WHERE id = NEW.account_id AND (kind NOT IN ('owner', 'buyer')
    OR (kind = 'buyer' AND NEW.bucket IN ('available', 'frozen')));
END

CREATE TRIGGER holding_fixed BEFORE UPDATE ON holding
BEGIN
  SELECT RAISE(ABORT, 'jcer:append_only');
END

-- I4: nothing leaves a cancelled or reversed holding; others only by a line that gives them.
CREATE TRIGGER holding_given BEFORE DELETE ON holding
BEGIN
  SELECT RAISE(ABORT, 'jcer:units_terminal') WHERE OLD.bucket IN ('cancelled', 'reversed');
  SELECT RAISE(ABORT, 'jcer:holding_unmatched')
  WHERE NOT EXISTS (
    SELECT 1 FROM ledger_line l WHERE l.holding_id = OLD.id AND l.quantity < 0
      AND NOT EXISTS (SELECT 1 FROM ledger_posting p WHERE p.id = l.posting_id));
END

CREATE TRIGGER money_balance_floor BEFORE INSERT ON money_balance
WHEN NEW.cents < 0
BEGIN
  SELECT RAISE(ABORT, 'jcer:insufficient_funds')
  WHERE NOT EXISTS (SELECT 1 FROM account WHERE id = NEW.account_id AND kind = 'outside');
END

CREATE TRIGGER money_balance_floor_changed BEFORE UPDATE ON money_balance
WHEN NEW.cents < 0
BEGIN
  SELECT RAISE(ABORT, 'jcer:insufficient_funds')
  WHERE NOT EXISTS (SELECT 1 FROM account WHERE id = NEW.account_id AND kind = 'outside');
END

-- Closing: the posting is whole, balanced, and every move in it is one its kind makes.
CREATE TRIGGER ledger_posting_closing BEFORE INSERT ON ledger_posting
BEGIN
  SELECT RAISE(ABORT, 'jcer:posting_unbalanced')
  WHERE (SELECT count(*) <> NEW.lines OR coalesce(max(line), 0) <> NEW.lines OR coalesce(sum(quantity), 0) <> 0
         FROM ledger_line WHERE posting_id = NEW.id);
  SELECT RAISE(ABORT, 'jcer:holding_unmatched')
  WHERE EXISTS (SELECT 1 FROM ledger_line l JOIN holding h ON h.id = l.holding_id
                WHERE l.posting_id = NEW.id AND l.quantity < 0)
    OR (SELECT count(*) FROM holding WHERE posting_id = NEW.id)
      <> (SELECT count(*) FROM ledger_line WHERE posting_id = NEW.id AND quantity > 0);
  SELECT RAISE(ABORT, 'jcer:posting_move') FROM ledger_line l JOIN batch b ON b.id = l.batch_id
  WHERE l.posting_id = NEW.id AND b.project_id IS NOT NEW.project_id;
  SELECT RAISE(ABORT, 'jcer:resale_forbidden') FROM ledger_line g
  WHERE NEW.kind = 'transfer' AND g.posting_id = NEW.id AND g.quantity < 0
    AND (g.transfer_count <> 0 OR g.account_id IS NOT (
      SELECT a.id FROM project p JOIN account a ON a.organisation_id = p.owner_org AND a.kind = 'owner'
      WHERE p.id = NEW.project_id));
  SELECT RAISE(ABORT, 'jcer:posting_move')
  FROM ledger_line r
  JOIN ledger_line g ON g.posting_id = r.posting_id AND g.line = r.of_line
  JOIN account a ON a.id = r.account_id
  WHERE r.posting_id = NEW.id AND r.quantity > 0 AND NOT (
    (r.account_id = g.account_id AND r.bucket = g.bucket AND r.transfer_count = g.transfer_count
      AND r.hold_id IS g.hold_id AND r.prior_bucket IS g.prior_bucket
      AND r.prior_hold_id IS g.prior_hold_id)
    OR CASE NEW.kind
      WHEN 'mint' THEN g.bucket = 'issued' AND r.bucket = 'available' AND r.transfer_count = 0
        AND r.batch_id = NEW.batch_id AND r.account_id = (
          SELECT o.id FROM project p JOIN account o ON o.organisation_id = p.owner_org AND o.kind = 'owner'
          WHERE p.id = NEW.project_id)
      WHEN 'transfer' THEN g.bucket IN ('available', 'frozen') AND r.bucket = 'held'
        AND r.transfer_count = 1 AND r.hold_id IS NULL AND a.kind = 'buyer'
      WHEN 'succession' THEN g.bucket IN ('available', 'held') AND r.bucket IN ('available', 'held')
        AND r.transfer_count = g.transfer_count AND EXISTS (
          SELECT 1 FROM account_order o WHERE o.id = NEW.order_id AND o.kind = 'succession'
            AND o.account_id = g.account_id AND o.to_account_id = r.account_id)
      WHEN 'dispute' THEN r.account_id = g.account_id AND r.transfer_count = g.transfer_count
        AND g.bucket IN ('available', 'frozen', 'held', 'pending') AND r.bucket = 'disputed'
        AND r.prior_bucket = g.bucket AND r.prior_hold_id IS g.hold_id
      WHEN 'undispute' THEN r.account_id = g.account_id AND r.transfer_count = g.transfer_count
        AND g.bucket = 'disputed' AND r.bucket = g.prior_bucket AND r.hold_id IS g.prior_hold_id
      ELSE r.account_id = g.account_id AND r.transfer_count = g.transfer_count
        AND NEW.kind || ' ' || g.bucket || ' ' || r.bucket IN (
          'freeze available frozen', 'release frozen available',
          'hold_cancellation available pending', 'hold_cancellation held pending',
          'cancel pending cancelled',
          'return_cancellation pending available', 'return_cancellation pending held',
          'reverse available reversed', 'reverse frozen reversed', 'reverse disputed reversed')
    END);
  SELECT RAISE(ABORT, 'jcer:posting_unbalanced')
  WHERE NEW.quantity <> (
    SELECT coalesce(sum(r.quantity), 0) FROM ledger_line r
    JOIN ledger_line g ON g.posting_id = r.posting_id AND g.line = r.of_line
    WHERE r.posting_id = NEW.id AND r.quantity > 0
      AND (r.account_id <> g.account_id OR r.bucket <> g.bucket));
  SELECT RAISE(ABORT, 'jcer:account_not_normal')
  FROM ledger_line l JOIN account a ON a.id = l.account_id
  WHERE NEW.kind IN ('freeze', 'transfer', 'hold_cancellation') AND l.posting_id = NEW.id
    AND a.state <> 'normal' AND NOT (NEW.kind = 'hold_cancellation' AND a.state = 'restricted');
  SELECT RAISE(ABORT, 'jcer:mint_differs')
  WHERE NEW.kind = 'mint' AND NOT EXISTS (
    SELECT 1 FROM batch WHERE id = NEW.batch_id AND project_id = NEW.project_id AND issued = NEW.quantity);
  SELECT RAISE(ABORT, 'jcer:project_not_registered')
  WHERE NEW.kind = 'mint' AND NOT EXISTS (
    SELECT 1 FROM registration WHERE project_id = NEW.project_id AND state = 'active');
  SELECT RAISE(ABORT, 'jcer:units_unmatched')
  WHERE NEW.kind = 'mint' AND (
    (SELECT min(first_unit) FROM ledger_line WHERE posting_id = NEW.id) <> 1 + coalesce(
      (SELECT last_unit FROM holding WHERE project_id = NEW.project_id AND posting_id <> NEW.id
       ORDER BY first_unit DESC LIMIT 1), 0)
    OR (SELECT max(last_unit) - min(first_unit) + 1 FROM ledger_line WHERE posting_id = NEW.id)
      <> NEW.quantity);
END

-- Money: balanced, only between the accounts its kind names, and a transfer's is its trade's (I7).
CREATE TRIGGER ledger_posting_closing_money BEFORE INSERT ON ledger_posting
BEGIN
  SELECT RAISE(ABORT, 'jcer:money_unbalanced')
  WHERE (SELECT count(*) <> NEW.money_lines OR coalesce(max(line), 0) <> NEW.money_lines
           OR coalesce(sum(cents), 0) <> 0
         FROM ledger_money WHERE posting_id = NEW.id);
  SELECT RAISE(ABORT, 'jcer:money_move')
  WHERE (NEW.project_id IS NULL AND NEW.money_lines <> 2)
    OR (NEW.kind <> 'transfer' AND NEW.project_id IS NOT NULL AND NEW.money_lines <> 0);
  SELECT RAISE(ABORT, 'jcer:money_move')
  WHERE NEW.project_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM ledger_money g JOIN ledger_money r ON r.posting_id = g.posting_id AND r.cents > 0
    JOIN account ga ON ga.id = g.account_id JOIN account ra ON ra.id = r.account_id
    WHERE g.posting_id = NEW.id AND g.cents < 0 AND CASE NEW.kind
      WHEN 'deposit' THEN ga.kind = 'outside' AND ra.kind IN ('owner', 'buyer')
        AND g.bucket = 'cash' AND r.bucket = 'cash' AND ra.state <> 'closed'
      WHEN 'payout' THEN ga.kind IN ('owner', 'buyer') AND ra.kind = 'outside'
        AND g.bucket = 'cash' AND r.bucket = 'cash' AND ga.state IN ('normal', 'restricted')
      WHEN 'reserve' THEN ga.id = ra.id AND ga.kind = 'buyer' AND ga.state = 'normal'
        AND g.bucket = 'cash' AND r.bucket = 'reserved'
      WHEN 'unreserve' THEN ga.id = ra.id AND g.bucket = 'reserved' AND r.bucket = 'cash'
      WHEN 'fee' THEN ga.kind IN ('owner', 'buyer') AND ra.kind = 'fee'
        AND g.bucket = 'cash' AND r.bucket = 'cash'
      ELSE 0 END);
  SELECT RAISE(ABORT, 'jcer:trade_missing')
  WHERE NEW.kind = 'transfer' AND NOT EXISTS (
    SELECT 1 FROM trade t WHERE t.posting_id = NEW.id AND t.project_id = NEW.project_id
      AND t.quantity = NEW.quantity AND NOT EXISTS (
        SELECT 1 FROM ledger_line l WHERE l.posting_id = NEW.id
          AND l.account_id NOT IN (t.seller_account, t.buyer_account)));
  SELECT RAISE(ABORT, 'jcer:money_move') FROM trade t
  WHERE NEW.kind = 'transfer' AND t.posting_id = NEW.id AND t.channel = 'reported' AND NEW.money_lines <> 0;
  SELECT RAISE(ABORT, 'jcer:money_move') FROM trade t
  WHERE NEW.kind = 'transfer' AND t.posting_id = NEW.id AND t.channel <> 'reported' AND (
    NEW.money_lines <> 1 + (t.fee_cents > 0) + (t.fee_cents < t.amount_cents)
    OR EXISTS (
      SELECT 1 FROM ledger_money m JOIN account a ON a.id = m.account_id WHERE m.posting_id = NEW.id
        AND NOT (a.kind = 'fee' AND m.bucket = 'cash' AND m.cents = t.fee_cents)
        AND NOT (a.id = t.buyer_account AND m.cents = -t.amount_cents)
        AND NOT (a.id = t.seller_account AND m.bucket = 'cash' AND m.cents = t.amount_cents - t.fee_cents))
    OR NOT EXISTS (SELECT 1 FROM ledger_money WHERE posting_id = NEW.id
                   AND account_id = t.buyer_account AND cents = -t.amount_cents));
END
