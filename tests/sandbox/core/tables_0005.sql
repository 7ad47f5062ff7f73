CREATE TABLE public.accounts (
    instance_id character varying(60) NOT NULL,
    id character varying(36) NOT NULL,
    username character varying(64) NOT NULL,
    email character varying(254),
    email_verified boolean NOT NULL,
    name character varying(120) NOT NULL,
    password_hash character varying(200) NOT NULL,
    enabled boolean NOT NULL,
    is_admin boolean NOT NULL,
    created_at timestamp without time zone NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.authorization_codes (
    instance_id character varying(60) NOT NULL,
    code_hash character varying(64) NOT NULL,
    client_id character varying(60) NOT NULL,
    redirect_uri character varying(2000) NOT NULL,
    challenge character varying(128),
    nonce character varying(500),
    scope character varying(200) NOT NULL,
    session_id character varying(36) NOT NULL,
    expires_at timestamp without time zone NOT NULL,
    used_at timestamp without time zone,
    grant_id character varying(36)
);
CREATE TABLE public.bank_accounts (
    instance_id character varying(60) NOT NULL,
    iban character varying(34) NOT NULL,
    number integer,
    holder character varying(140) NOT NULL,
    opened_at timestamp without time zone NOT NULL,
    closed_at timestamp without time zone
);
CREATE TABLE public.bank_transfers (
    instance_id character varying(60) NOT NULL,
    id character varying(36) NOT NULL,
    from_iban character varying(34) NOT NULL,
    from_name character varying(140) NOT NULL,
    to_iban character varying(34) NOT NULL,
    to_name character varying(140) NOT NULL,
    amount character varying(64) NOT NULL,
    reference character varying(140) NOT NULL,
    is_instant boolean NOT NULL,
    state character varying(20) NOT NULL,
    ordered_at timestamp without time zone NOT NULL,
    due_at timestamp without time zone NOT NULL,
    done_at timestamp without time zone,
    arrival integer,
    reason character varying(4),
    returns character varying(36)
);
CREATE TABLE public.browser_sessions (
    instance_id character varying(60) NOT NULL,
    id character varying(36) NOT NULL,
    cookie_hash character varying(64) NOT NULL,
    account_id character varying(36) NOT NULL,
    signed_in_at timestamp without time zone NOT NULL,
    expires_at timestamp without time zone NOT NULL,
    ended_at timestamp without time zone
);
CREATE TABLE public.chain_cursors (
    instance_id character varying(60) NOT NULL,
    network_key character varying(60) NOT NULL,
    sequence integer NOT NULL
);
CREATE TABLE public.exchange_contracts (
    instance_id character varying(60) NOT NULL,
    id character varying(36) NOT NULL,
    user_id character varying(36) NOT NULL,
    reference character varying(20) NOT NULL,
    incoming_key character varying(10) NOT NULL,
    incoming_detail_id character varying(36),
    outgoing_key character varying(10) NOT NULL,
    outgoing_detail_id character varying(36) NOT NULL,
    amount character varying(64),
    network_key character varying(60) NOT NULL,
    deposit_account character varying(60),
    deposit_address character varying(100),
    created_at timestamp without time zone NOT NULL,
    expires_at timestamp without time zone NOT NULL,
    closed_at timestamp without time zone
);
CREATE TABLE public.exchange_cursors (
    instance_id character varying(60) NOT NULL,
    name character varying(60) NOT NULL,
    "position" integer NOT NULL
);
CREATE TABLE public.exchange_details (
    instance_id character varying(60) NOT NULL,
    id character varying(36) NOT NULL,
    user_id character varying(36) NOT NULL,
    key character varying(10) NOT NULL,
    address character varying(100) NOT NULL,
    account character varying(100) NOT NULL,
    created_at timestamp without time zone NOT NULL,
    verified_at timestamp without time zone,
    removed_at timestamp without time zone
);
CREATE TABLE public.exchange_orders (
    instance_id character varying(60) NOT NULL,
    id character varying(36) NOT NULL,
    contract_id character varying(36) NOT NULL,
    user_id character varying(36) NOT NULL,
    state character varying(20) NOT NULL,
    reason character varying(40),
    created_at timestamp without time zone NOT NULL,
    changed_at timestamp without time zone NOT NULL,
    incoming_amount character varying(64) NOT NULL,
    outgoing_amount character varying(64) NOT NULL,
    course character varying(64) NOT NULL,
    eur character varying(64) NOT NULL,
    fee_eur character varying(64) NOT NULL,
    crypto_fee character varying(64) NOT NULL,
    payment_id character varying(170),
    payer character varying(100),
    payer_name character varying(140),
    paid_at timestamp without time zone,
    approved_at timestamp without time zone,
    log_position integer,
    sending_at timestamp without time zone,
    payout_id character varying(100),
    refund_id character varying(100)
);
CREATE TABLE public.facts (
    name character varying(200) NOT NULL,
    value character varying(2000) NOT NULL
);
CREATE TABLE public.failure_counts (
    instance_id character varying(60) NOT NULL,
    key character varying(64) NOT NULL,
    failures integer NOT NULL,
    blocked_until timestamp without time zone,
    last_at timestamp without time zone NOT NULL
);
CREATE TABLE public.grants (
    instance_id character varying(60) NOT NULL,
    id character varying(36) NOT NULL,
    session_id character varying(36) NOT NULL,
    account_id character varying(36) NOT NULL,
    client_id character varying(60) NOT NULL,
    scope character varying(200) NOT NULL,
    signed_in_at timestamp without time zone NOT NULL,
    revoked_at timestamp without time zone
);
CREATE TABLE public.idempotent_calls (
    instance_id character varying(60) NOT NULL,
    principal character varying(250) NOT NULL,
    key character varying(255) NOT NULL,
    request_hash character varying(64) NOT NULL,
    process character varying(36) NOT NULL,
    started_at timestamp without time zone NOT NULL,
    status integer,
    headers json,
    body bytea
);
CREATE TABLE public.kyc_applications (
    instance_id character varying(60) NOT NULL,
    user_id character varying(36) NOT NULL,
    username character varying(100) NOT NULL,
    mail character varying(254) NOT NULL,
    created_at timestamp without time zone NOT NULL,
    exists_from timestamp without time zone NOT NULL,
    is_elevated boolean NOT NULL,
    has_bank_account boolean NOT NULL,
    set_level integer,
    agreed_daily_eur character varying(64),
    agreed_monthly_eur character varying(64),
    closed_reason character varying(300)
);
CREATE TABLE public.kyc_choices (
    instance_id character varying(60) NOT NULL,
    user_id character varying(36) NOT NULL,
    provider character varying(20) NOT NULL
);
CREATE TABLE public.kyc_parts (
    instance_id character varying(60) NOT NULL,
    user_id character varying(36) NOT NULL,
    name character varying(60) NOT NULL,
    state character varying(20) NOT NULL,
    reason character varying(300) NOT NULL,
    data json NOT NULL,
    files json NOT NULL,
    fingerprint character varying(64) NOT NULL,
    handed_in_at timestamp without time zone NOT NULL,
    decided_at timestamp without time zone,
    due_at timestamp without time zone,
    outcome character varying(60),
    outcome_reason character varying(300) NOT NULL
);
CREATE TABLE public.kyc_results (
    instance_id character varying(60) NOT NULL,
    user_id character varying(36) NOT NULL,
    provider character varying(20) NOT NULL,
    is_verified boolean NOT NULL
);
CREATE TABLE public.ledger_lines (
    instance_id character varying(60) NOT NULL,
    id integer NOT NULL,
    posting character varying(36) NOT NULL,
    at timestamp without time zone NOT NULL,
    account character varying(80) NOT NULL,
    cents bigint NOT NULL,
    text character varying(200) NOT NULL
);
CREATE SEQUENCE public.ledger_lines_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.ledger_lines_id_seq OWNED BY public.ledger_lines.id;
CREATE TABLE public.network_overrides (
    instance_id character varying(60) NOT NULL,
    key character varying(60) NOT NULL,
    changes text NOT NULL
);
CREATE TABLE public.outbox (
    instance_id character varying(60) NOT NULL,
    id integer NOT NULL,
    kind character varying(60) NOT NULL,
    at timestamp without time zone NOT NULL,
    subject character varying(100) NOT NULL,
    seq integer NOT NULL,
    payload json NOT NULL
);
CREATE SEQUENCE public.outbox_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.outbox_id_seq OWNED BY public.outbox.id;
CREATE TABLE public.outbox_subjects (
    instance_id character varying(60) NOT NULL,
    subject character varying(100) NOT NULL,
    last_seq integer NOT NULL
);
CREATE TABLE public.postident_cases (
    instance_id character varying(60) NOT NULL,
    id character varying(36) NOT NULL,
    user_id character varying(36) NOT NULL,
    username character varying(100) NOT NULL,
    state character varying(30) NOT NULL,
    reason character varying(300) NOT NULL,
    is_archived boolean NOT NULL,
    created_at timestamp without time zone NOT NULL,
    changed_at timestamp without time zone NOT NULL,
    due_at timestamp without time zone,
    outcome character varying(60),
    outcome_reason character varying(300) NOT NULL
);
CREATE TABLE public.purchases (
    instance_id character varying(60) NOT NULL,
    id character varying(36) NOT NULL,
    sender_id character varying(36) NOT NULL,
    sender_name character varying(100) NOT NULL,
    receiver_id character varying(36) NOT NULL,
    receiver_name character varying(100) NOT NULL,
    network_key character varying(60) NOT NULL,
    amount character varying(64) NOT NULL,
    payout character varying(64) NOT NULL,
    fee_rate character varying(64) NOT NULL,
    exchange_rate character varying(64) NOT NULL,
    app_metadata json,
    state character varying(30) NOT NULL,
    reasons json NOT NULL,
    created_at timestamp without time zone NOT NULL,
    changed_at timestamp without time zone NOT NULL,
    committed_tx character varying(100),
    incoming_tx character varying(100),
    incoming_from character varying(100),
    incoming_sequence integer,
    outgoing_tx character varying(100),
    outgoing_to character varying(100)
);
CREATE TABLE public.rate_overrides (
    instance_id character varying(60) NOT NULL,
    network_key character varying(60) NOT NULL,
    mode character varying(10) NOT NULL,
    rate character varying(64),
    since timestamp without time zone NOT NULL
);
CREATE TABLE public.refresh_tokens (
    instance_id character varying(60) NOT NULL,
    token_hash character varying(64) NOT NULL,
    grant_id character varying(36) NOT NULL,
    expires_at timestamp without time zone NOT NULL,
    used_at timestamp without time zone
);
CREATE TABLE public.shares (
    instance_id character varying(60) NOT NULL,
    user_id character varying(36) NOT NULL,
    kind character varying(10) NOT NULL,
    share text NOT NULL
);
CREATE TABLE public.sign_in_flows (
    instance_id character varying(60) NOT NULL,
    id character varying(60) NOT NULL,
    browser_hash character varying(64) NOT NULL,
    request text NOT NULL,
    expires_at timestamp without time zone NOT NULL
);
CREATE TABLE public.signing_keys (
    instance_id character varying(60) NOT NULL,
    kid character varying(60) NOT NULL,
    algorithm character varying(10) NOT NULL,
    pem text NOT NULL,
    created_at timestamp without time zone NOT NULL
);
CREATE TABLE public.system_payments (
    instance_id character varying(60) NOT NULL,
    network_key character varying(60) NOT NULL,
    sequence integer NOT NULL,
    tx_id character varying(100) NOT NULL,
    sender character varying(100) NOT NULL,
    amount character varying(64) NOT NULL,
    named_purchase character varying(36),
    purchase_id character varying(36)
);
CREATE TABLE public.user_addresses (
    instance_id character varying(60) NOT NULL,
    user_id character varying(36) NOT NULL,
    network_key character varying(60) NOT NULL,
    address character varying(100) NOT NULL
);
CREATE TABLE public.users (
    instance_id character varying(60) NOT NULL,
    id character varying(36) NOT NULL,
    issuer_key character varying(100) NOT NULL,
    subject character varying(100) NOT NULL,
    username character varying(100) NOT NULL,
    created_at timestamp without time zone NOT NULL,
    archived_at timestamp without time zone,
    preferred_network character varying(60)
);
ALTER TABLE ONLY public.ledger_lines ALTER COLUMN id SET DEFAULT nextval('public.ledger_lines_id_seq'::regclass);
ALTER TABLE ONLY public.outbox ALTER COLUMN id SET DEFAULT nextval('public.outbox_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0005');
INSERT INTO public.facts VALUES ('schema_version', '2');
SELECT pg_catalog.setval('public.ledger_lines_id_seq', 1, false);
SELECT pg_catalog.setval('public.outbox_id_seq', 1, false);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkey PRIMARY KEY (version_num);
ALTER TABLE ONLY public.authorization_codes
    ADD CONSTRAINT authorization_codes_pkey PRIMARY KEY (code_hash);
ALTER TABLE ONLY public.bank_accounts
    ADD CONSTRAINT bank_accounts_instance_id_number_key UNIQUE (instance_id, number);
ALTER TABLE ONLY public.bank_accounts
    ADD CONSTRAINT bank_accounts_pkey PRIMARY KEY (instance_id, iban);
ALTER TABLE ONLY public.bank_transfers
    ADD CONSTRAINT bank_transfers_instance_id_arrival_key UNIQUE (instance_id, arrival);
ALTER TABLE ONLY public.bank_transfers
    ADD CONSTRAINT bank_transfers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.browser_sessions
    ADD CONSTRAINT browser_sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chain_cursors
    ADD CONSTRAINT chain_cursors_pkey PRIMARY KEY (instance_id, network_key);
ALTER TABLE ONLY public.exchange_contracts
    ADD CONSTRAINT exchange_contracts_instance_id_reference_key UNIQUE (instance_id, reference);
ALTER TABLE ONLY public.exchange_contracts
    ADD CONSTRAINT exchange_contracts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.exchange_cursors
    ADD CONSTRAINT exchange_cursors_pkey PRIMARY KEY (instance_id, name);
ALTER TABLE ONLY public.exchange_details
    ADD CONSTRAINT exchange_details_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.exchange_orders
    ADD CONSTRAINT exchange_orders_instance_id_payment_id_key UNIQUE (instance_id, payment_id);
ALTER TABLE ONLY public.exchange_orders
    ADD CONSTRAINT exchange_orders_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.facts
    ADD CONSTRAINT facts_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.failure_counts
    ADD CONSTRAINT failure_counts_pkey PRIMARY KEY (instance_id, key);
ALTER TABLE ONLY public.grants
    ADD CONSTRAINT grants_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.idempotent_calls
    ADD CONSTRAINT idempotent_calls_pkey PRIMARY KEY (instance_id, principal, key);
ALTER TABLE ONLY public.kyc_applications
    ADD CONSTRAINT kyc_applications_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.kyc_choices
    ADD CONSTRAINT kyc_choices_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.kyc_parts
    ADD CONSTRAINT kyc_parts_pkey PRIMARY KEY (user_id, name);
ALTER TABLE ONLY public.kyc_results
    ADD CONSTRAINT kyc_results_pkey PRIMARY KEY (user_id, provider);
ALTER TABLE ONLY public.ledger_lines
    ADD CONSTRAINT ledger_lines_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.network_overrides
    ADD CONSTRAINT network_overrides_pkey PRIMARY KEY (instance_id, key);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox_subjects
    ADD CONSTRAINT outbox_subjects_pkey PRIMARY KEY (instance_id, subject);
ALTER TABLE ONLY public.postident_cases
    ADD CONSTRAINT postident_cases_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.purchases
    ADD CONSTRAINT purchases_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rate_overrides
    ADD CONSTRAINT rate_overrides_pkey PRIMARY KEY (instance_id, network_key);
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.shares
    ADD CONSTRAINT shares_pkey PRIMARY KEY (user_id, kind);
ALTER TABLE ONLY public.sign_in_flows
    ADD CONSTRAINT sign_in_flows_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (kid);
ALTER TABLE ONLY public.system_payments
    ADD CONSTRAINT system_payments_pkey PRIMARY KEY (instance_id, network_key, sequence);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT uq_accounts_email UNIQUE (instance_id, email);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT uq_accounts_username UNIQUE (instance_id, username);
ALTER TABLE ONLY public.browser_sessions
    ADD CONSTRAINT uq_browser_sessions_cookie_hash UNIQUE (instance_id, cookie_hash);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT uq_outbox_subject UNIQUE (instance_id, subject, seq);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT uq_users_issuer_key UNIQUE (instance_id, issuer_key, subject);
ALTER TABLE ONLY public.user_addresses
    ADD CONSTRAINT user_addresses_pkey PRIMARY KEY (user_id, network_key);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX ix_bank_transfers_due_at ON public.bank_transfers USING btree (due_at);
CREATE INDEX ix_bank_transfers_from_iban ON public.bank_transfers USING btree (from_iban);
CREATE INDEX ix_bank_transfers_state ON public.bank_transfers USING btree (state);
CREATE INDEX ix_bank_transfers_to_iban ON public.bank_transfers USING btree (to_iban);
CREATE INDEX ix_browser_sessions_account_id ON public.browser_sessions USING btree (account_id);
CREATE INDEX ix_exchange_contracts_deposit_address ON public.exchange_contracts USING btree (deposit_address);
CREATE INDEX ix_exchange_contracts_user_id ON public.exchange_contracts USING btree (user_id);
CREATE INDEX ix_exchange_details_user_id ON public.exchange_details USING btree (user_id);
CREATE INDEX ix_exchange_orders_contract_id ON public.exchange_orders USING btree (contract_id);
CREATE INDEX ix_exchange_orders_created_at ON public.exchange_orders USING btree (created_at);
CREATE INDEX ix_exchange_orders_state ON public.exchange_orders USING btree (state);
CREATE INDEX ix_exchange_orders_user_id ON public.exchange_orders USING btree (user_id);
CREATE INDEX ix_grants_account_id ON public.grants USING btree (account_id);
CREATE INDEX ix_grants_session_id ON public.grants USING btree (session_id);
CREATE INDEX ix_idempotent_calls_started_at ON public.idempotent_calls USING btree (started_at);
CREATE INDEX ix_kyc_applications_username ON public.kyc_applications USING btree (username);
CREATE INDEX ix_kyc_parts_due_at ON public.kyc_parts USING btree (due_at);
CREATE INDEX ix_kyc_parts_state ON public.kyc_parts USING btree (state);
CREATE INDEX ix_ledger_lines_account ON public.ledger_lines USING btree (account);
CREATE INDEX ix_ledger_lines_posting ON public.ledger_lines USING btree (posting);
CREATE INDEX ix_outbox_kind ON public.outbox USING btree (kind);
CREATE INDEX ix_postident_cases_created_at ON public.postident_cases USING btree (created_at);
CREATE INDEX ix_postident_cases_due_at ON public.postident_cases USING btree (due_at);
CREATE INDEX ix_postident_cases_user_id ON public.postident_cases USING btree (user_id);
CREATE INDEX ix_purchases_created_at ON public.purchases USING btree (created_at);
CREATE INDEX ix_purchases_receiver_id ON public.purchases USING btree (receiver_id);
CREATE INDEX ix_purchases_sender_id ON public.purchases USING btree (sender_id);
CREATE INDEX ix_purchases_state ON public.purchases USING btree (state);
CREATE INDEX ix_refresh_tokens_grant_id ON public.refresh_tokens USING btree (grant_id);
CREATE INDEX ix_system_payments_named_purchase ON public.system_payments USING btree (named_purchase);
CREATE INDEX ix_system_payments_purchase_id ON public.system_payments USING btree (purchase_id);
CREATE INDEX ix_system_payments_tx_id ON public.system_payments USING btree (tx_id);
CREATE INDEX ix_users_username ON public.users USING btree (username);
ALTER TABLE ONLY public.authorization_codes
    ADD CONSTRAINT authorization_codes_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.browser_sessions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.browser_sessions
    ADD CONSTRAINT browser_sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.exchange_contracts
    ADD CONSTRAINT exchange_contracts_incoming_detail_id_fkey FOREIGN KEY (incoming_detail_id) REFERENCES public.exchange_details(id);
ALTER TABLE ONLY public.exchange_contracts
    ADD CONSTRAINT exchange_contracts_outgoing_detail_id_fkey FOREIGN KEY (outgoing_detail_id) REFERENCES public.exchange_details(id);
ALTER TABLE ONLY public.exchange_contracts
    ADD CONSTRAINT exchange_contracts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.exchange_details
    ADD CONSTRAINT exchange_details_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.exchange_orders
    ADD CONSTRAINT exchange_orders_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES public.exchange_contracts(id);
ALTER TABLE ONLY public.exchange_orders
    ADD CONSTRAINT exchange_orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.grants
    ADD CONSTRAINT grants_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.kyc_applications
    ADD CONSTRAINT kyc_applications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.kyc_choices
    ADD CONSTRAINT kyc_choices_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.kyc_parts
    ADD CONSTRAINT kyc_parts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.kyc_applications(user_id);
ALTER TABLE ONLY public.kyc_results
    ADD CONSTRAINT kyc_results_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.postident_cases
    ADD CONSTRAINT postident_cases_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.purchases
    ADD CONSTRAINT purchases_receiver_id_fkey FOREIGN KEY (receiver_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.purchases
    ADD CONSTRAINT purchases_sender_id_fkey FOREIGN KEY (sender_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES public.grants(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.shares
    ADD CONSTRAINT shares_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.user_addresses
    ADD CONSTRAINT user_addresses_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
