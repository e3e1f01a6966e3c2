-- What the exchange answers for: its qualification (R45), reports the book refused, differences put right.

CREATE TABLE difference_remedy (
  report_id VARCHAR(32) NOT NULL,
  line INTEGER NOT NULL,
  remedy VARCHAR(64) NOT NULL,
  note TEXT NOT NULL,
  settled_by VARCHAR(32) NOT NULL,
  settled_at BIGINT NOT NULL,
  CONSTRAINT pk_difference_remedy PRIMARY KEY (report_id, line),
  CONSTRAINT ck_difference_remedy_remedy CHECK (remedy IN ('entered', 'relisted', 'correction', 'explained')),
  CONSTRAINT ck_difference_remedy_note CHECK (length(note) > 0),
  CONSTRAINT fk_difference_remedy_report_id FOREIGN KEY(report_id, line) REFERENCES trade_difference (report_id, line)
)

CREATE TABLE trade_refusal (
  id VARCHAR(32) NOT NULL,
  exchange_org VARCHAR(32) NOT NULL,
  external_id VARCHAR(100) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  told TEXT NOT NULL,
  code VARCHAR(64) NOT NULL,
  message TEXT NOT NULL,
  refused_at BIGINT NOT NULL,
  reported_by VARCHAR(32) NOT NULL,
  CONSTRAINT pk_trade_refusal PRIMARY KEY (id),
  CONSTRAINT fk_trade_refusal_exchange_org FOREIGN KEY(exchange_org) REFERENCES organisation (id)
)

CREATE INDEX ix_trade_refusal_external_id ON trade_refusal (external_id)

CREATE UNIQUE INDEX uq_trade_refusal_sha256 ON trade_refusal (exchange_org, sha256)

CREATE TABLE exchange_qualification (
  id VARCHAR(32) NOT NULL,
  organisation_id VARCHAR(32) NOT NULL,
  number VARCHAR(100) NOT NULL,
  issuer VARCHAR(100) NOT NULL,
  valid_from DATE NOT NULL,
  valid_until DATE NOT NULL,
  note TEXT NOT NULL,
  entered_by VARCHAR(32) NOT NULL,
  entered_at BIGINT NOT NULL,
  CONSTRAINT pk_exchange_qualification PRIMARY KEY (id),
  CONSTRAINT ck_exchange_qualification_dates CHECK (valid_from <= valid_until),
  CONSTRAINT ck_exchange_qualification_named CHECK (length(number) > 0 AND length(issuer) > 0),
  CONSTRAINT fk_exchange_qualification_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)

CREATE INDEX ix_exchange_qualification_organisation_id ON exchange_qualification (organisation_id)

CREATE TABLE registry_paper (
  id VARCHAR(32) NOT NULL,
  about VARCHAR(64) NOT NULL,
  about_id VARCHAR(32) NOT NULL,
  filename VARCHAR(255) NOT NULL,
  media_type VARCHAR(100) NOT NULL,
  size INTEGER NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  uploaded_by VARCHAR(32) NOT NULL,
  uploaded_at BIGINT NOT NULL,
  CONSTRAINT pk_registry_paper PRIMARY KEY (id),
  CONSTRAINT ck_registry_paper_about CHECK (about IN ('account_order', 'exchange_qualification', 'delegation')),
  CONSTRAINT ck_registry_paper_content CHECK (size >= 0 AND length(sha256) = 64)
)

CREATE INDEX ix_registry_paper_about ON registry_paper (about, about_id)
