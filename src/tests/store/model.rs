//! Compares the windows with a model under random guesses, sign-ins and refunds. The model keeps
//! every event and counts them anew each time.

use std::collections::BTreeMap;

use doorcode::server::{
    domain::{
        Guess, Network, OtpId, OtpPolicy, Policy, Rule, SessionPolicy, Subject, TokenDigest,
        Window, resend_code::ResendRequest, sign_in::SignInRequest,
    },
    ports::database::Retention,
    random::{self, SeededRandom},
};
use jiff::{SignedDuration, Timestamp};

use super::{
    MILLISECOND, Store, TestStore, code_request, contact, notice_draft, otp, policy, request_code,
    resend_request, sign_in_request, start, stores_with, unique_token, unlimited, verify_request,
};
use crate::support::{DAY, MINUTE, SECOND};

/// The browsers that guess at the codes of two contacts.
const BROWSERS: [u8; 4] = [11, 12, 13, 14];
const STEPS: u32 = 60;

/// The events of each subject, oldest first.
#[derive(Default)]
struct Model(BTreeMap<Subject, Vec<Event>>);

struct Event {
    at: Timestamp,
    weight: u32,
    expires_at: Timestamp,
    otp: Option<OtpId>,
}

impl Model {
    /// Counts the events of some rules: one event for each subject, kept for the longest memory
    /// among its rules.
    fn consume(&mut self, rules: &[Rule], otp: Option<OtpId>, now: Timestamp) {
        let mut longest: BTreeMap<Subject, Rule> = BTreeMap::new();
        for rule in rules.iter().filter(|rule| rule.weight > 0) {
            let known = longest.entry(rule.subject).or_insert(*rule);
            if known.retention < rule.retention {
                *known = *rule;
            }
        }
        for (subject, rule) in longest {
            let events = self.0.entry(subject).or_default();
            let at = events.last().map_or(now, |last| last.at.max(now));
            events.push(Event {
                at,
                weight: rule.weight,
                expires_at: now + rule.retention,
                otp,
            });
        }
    }

    fn refund(&mut self, otp: OtpId) {
        self.0
            .values_mut()
            .for_each(|events| events.retain(|event| event.otp != Some(otp)));
    }

    fn expire(&mut self, now: Timestamp) {
        self.0
            .values_mut()
            .for_each(|events| events.retain(|event| event.expires_at > now));
    }

    fn window(&self, rule: &Rule, now: Timestamp) -> impl Iterator<Item = &Event> {
        let since = now - rule.window.span;
        self.0
            .get(&rule.subject)
            .into_iter()
            .flatten()
            .filter(move |event| event.at > since)
    }

    fn used(&self, rule: &Rule, now: Timestamp) -> u32 {
        self.window(rule, now).map(|event| event.weight).sum()
    }

    /// Returns the time from which the rule allows one more event, or `None` if it does so now.
    fn free_at(&self, rule: &Rule, now: Timestamp) -> Option<Timestamp> {
        let mut left = self.used(rule, now);
        let mut free_at = None;
        for event in self.window(rule, now) {
            if left < rule.window.limit {
                break;
            }
            left -= event.weight;
            free_at = Some(event.at + rule.window.span);
        }
        free_at
    }
}

/// A random sequence of operations.
struct Run {
    random: SeededRandom,
    model: Model,
    now: Timestamp,
    otps: BTreeMap<u8, OtpId>,
    /// Whether the clock sometimes goes back. If it does not, expired events are sometimes deleted.
    /// A run does not do both: after the clock has gone back, an event may expire before an older
    /// one, and its window counts it for a moment longer.
    goes_back: bool,
}

impl Run {
    fn below(&self, end: u8) -> u8 {
        random::bytes::<1>(&self.random)[0] % end
    }

    fn browser(&self) -> u8 {
        BROWSERS[usize::from(self.below(4))]
    }

    fn pass_time(&mut self) {
        let step = match self.below(10) {
            0..4 => SignedDuration::ZERO,
            4 => MILLISECOND,
            5 => SECOND * 3,
            6 => MINUTE * 2,
            7 => MINUTE * 14,
            8 => DAY * 13,
            _ if self.goes_back => -SECOND * 5,
            _ => MINUTE,
        };
        self.now += step;
    }

    async fn step(&mut self, store: &dyn Store) {
        self.pass_time();
        match self.below(12) {
            0..6 => self.guess(store).await,
            6 | 7 => self.sign_in(store).await,
            8 => self.issue(store).await,
            9 => self.resend(store).await,
            10 => self.invalid_input(store).await,
            _ if self.goes_back => self.invalid_input(store).await,
            _ => self.clean_up(store).await,
        }
    }

    async fn issue(&mut self, store: &dyn Store) {
        let browser = self.browser();
        let email = contact(if browser.is_multiple_of(2) {
            "even@example.com"
        } else {
            "odd@example.com"
        });
        let mut request = code_request(email, TokenDigest([browser; 32]));
        request.now = self.now;
        let issued = request_code(store, request).await.otp;
        self.otps.insert(browser, issued);
    }

    async fn guess(&mut self, store: &dyn Store) {
        let browser = self.browser();
        let Some(id) = self.otps.get(&browser).copied() else {
            return;
        };
        let before = otp(store, id).await;
        let guess = Guess {
            browser: TokenDigest([browser; 32]),
            network: Network::default(),
            recent: 0,
        };
        let counted = store
            .count_attempt(verify_request(guess.browser, self.now))
            .await
            .expect("an answer");
        assert_eq!(
            counted.is_ok_and(|counted| !counted.is_replay),
            before.is_valid(self.now)
        );
        if before.is_valid(self.now) {
            self.model.consume(
                &unlimited().guess(&before, &guess, self.now),
                Some(id),
                self.now,
            );
        }
    }

    async fn sign_in(&mut self, store: &dyn Store) {
        let browser = self.browser();
        let Some(id) = self.otps.get(&browser).copied() else {
            return;
        };
        let request = SignInRequest {
            browser: TokenDigest([browser; 32]),
            session: unique_token(),
            notice: notice_draft(),
            now: self.now,
            ..sign_in_request(id)
        };
        if store.sign_in(request).await.expect("an answer").is_some() {
            self.model.refund(id);
        }
    }

    /// Requests the next code of an OTP. For a while the OTP then has two codes, and a guess at it
    /// counts twice.
    async fn resend(&mut self, store: &dyn Store) {
        let request = ResendRequest {
            browser: TokenDigest([self.browser(); 32]),
            ..resend_request(self.now)
        };
        drop(store.resend_code(request).await.expect("an answer"));
    }

    /// Counts malformed input. It shares the windows of its network with guesses, but no sign-in
    /// refunds it.
    async fn invalid_input(&mut self, store: &dyn Store) {
        let rules = unlimited().invalid_input(Network::default());
        assert!(
            store
                .consume(rules.clone(), self.now)
                .await
                .expect("an answer")
                .is_none()
        );
        self.model.consume(&rules, None, self.now);
    }

    async fn clean_up(&mut self, store: &dyn Store) {
        let keep = Timestamp::MIN;
        let retention = Retention {
            otps_expired_before: keep,
            pre_auth_seen_until: keep,
            sessions: SessionPolicy {
                idle: DAY * 9_999,
                absolute: DAY * 9_999,
            },
            receipts_before: keep,
            devices_seen_until: keep,
            now: self.now,
        };
        store.delete_expired(&retention).await.expect("deleted");
        self.model.expire(self.now);
    }

    /// Returns every rule for a guess with three limits: one at which the window is just not full,
    /// one at which it is just full, and one at which it stays full for longer.
    async fn rules(&self, store: &dyn Store) -> Vec<Rule> {
        let mut rules = Vec::new();
        for (browser, id) in &self.otps {
            let guess = Guess {
                browser: TokenDigest([*browser; 32]),
                network: Network::default(),
                recent: 0,
            };
            rules.extend(unlimited().guess(&otp(store, *id).await, &guess, self.now));
        }
        let limited = |rule: &Rule, limit| Rule {
            window: Window {
                limit,
                ..rule.window
            },
            weight: 1,
            ..*rule
        };
        let at_limits = |rule: Rule| {
            let used = self.model.used(&rule, self.now);
            [used + 1, used.max(1), used.div_ceil(2).max(1)].map(|limit| limited(&rule, limit))
        };
        rules.into_iter().flat_map(at_limits).collect()
    }

    async fn check(&self, store: &dyn Store, context: &str) {
        let rules = self.rules(store).await;
        let usage = store.usage(&rules, self.now).await.expect("an answer");
        for rule in rules {
            assert_eq!(
                usage.used(rule.subject, rule.window.span),
                self.model.used(&rule, self.now),
                "{context}: {rule:?}"
            );
            let free_at = usage
                .exceeded(&rule, self.now)
                .map(|exceeded| exceeded.until);
            assert_eq!(
                free_at,
                self.model.free_at(&rule, self.now),
                "{context}: {rule:?}"
            );
        }
    }
}

async fn run(store: &TestStore, seed: u64) {
    let (random, model) = (SeededRandom::new(seed), Model::default());
    let mut run = Run {
        random,
        model,
        now: start(),
        otps: BTreeMap::new(),
        goes_back: seed.is_multiple_of(2),
    };
    for _ in 0..4 {
        run.issue(&**store).await;
    }
    for step in 0..STEPS {
        run.step(&**store).await;
        run.check(&**store, &format!("seed {seed}, step {step}"))
            .await;
    }
}

#[tokio::test]
async fn windows_agree_with_a_model_under_random_guesses_and_refunds() {
    for seed in 0..20 {
        let otp = OtpPolicy {
            lifetime: MINUTE * 10,
            max_attempts: 1_000,
            cooldowns: [SignedDuration::ZERO; 3],
            ..policy().otp
        };
        for store in stores_with(Policy { otp, ..policy() }).await {
            for email in ["even@example.com", "odd@example.com"] {
                store
                    .add_customer("User", contact(email).email(), None, start())
                    .await
                    .expect("a customer");
            }
            run(&store, seed).await;
        }
    }
}
