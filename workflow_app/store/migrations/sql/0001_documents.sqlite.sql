-- Official papers, their files and deliveries; the descriptions are in workflow_app.store.schema.documents.

CREATE TABLE official_document (
  id VARCHAR(32) NOT NULL,
  "key" VARCHAR(64) NOT NULL,
  number VARCHAR(80) NOT NULL,
  title VARCHAR(200) NOT NULL,
  audience VARCHAR(64) NOT NULL,
  case_id VARCHAR(32),
  project_id VARCHAR(32),
  organisation_id VARCHAR(32),
  subject_id VARCHAR(32),
  version VARCHAR(64) NOT NULL,
  data TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  issued_by VARCHAR(32),
  CONSTRAINT pk_official_document PRIMARY KEY (id),
  CONSTRAINT ck_official_document_audience CHECK (audience IN ('applicant', 'owner', 'holder', 'pilot', 'complainant', 'public', 'office')),
  CONSTRAINT ck_official_document_named CHECK (length(number) > 0 AND length(title) > 0),
  CONSTRAINT uq_official_document_number UNIQUE (number),
  CONSTRAINT fk_official_document_project_id FOREIGN KEY(project_id) REFERENCES project (id),
  CONSTRAINT fk_official_document_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)

CREATE INDEX ix_official_document_case_id ON official_document (case_id)

CREATE INDEX ix_official_document_project_id ON official_document (project_id)

CREATE INDEX ix_official_document_organisation_id ON official_document (organisation_id)

CREATE INDEX ix_official_document_subject_id ON official_document (subject_id)

CREATE TABLE document_file (
  document_id VARCHAR(32) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  size BIGINT NOT NULL,
  typeset_with VARCHAR(60) NOT NULL,
  kept_at BIGINT NOT NULL,
  seal_issuer VARCHAR(100),
  seal_algorithm VARCHAR(40),
  seal_value TEXT,
  sealed_at BIGINT,
  CONSTRAINT pk_document_file PRIMARY KEY (document_id),
  CONSTRAINT ck_document_file_content CHECK (length(sha256) = 64 AND size > 0),
  CONSTRAINT ck_document_file_seal CHECK ((seal_issuer IS NULL) = (seal_algorithm IS NULL) AND (seal_issuer IS NULL) = (seal_value IS NULL) AND (seal_issuer IS NULL) = (sealed_at IS NULL))
)

CREATE TABLE delivery (
  id VARCHAR(32) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  channel VARCHAR(64) NOT NULL,
  recipient VARCHAR(100) NOT NULL,
  result VARCHAR(64) NOT NULL,
  "at" BIGINT NOT NULL,
  detail TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_delivery PRIMARY KEY (id),
  CONSTRAINT ck_delivery_channel CHECK (channel IN ('in_app', 'mail', 'public', 'counter', 'post', 'receipt')),
  CONSTRAINT ck_delivery_result CHECK (result IN ('placed', 'sent', 'opened', 'failed')),
  CONSTRAINT fk_delivery_document_id FOREIGN KEY(document_id) REFERENCES official_document (id)
)

CREATE UNIQUE INDEX uq_delivery_document_id ON delivery (document_id, recipient, channel, result)
