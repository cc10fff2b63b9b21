//! Changes that end the open codes, sessions or known devices of a customer: a contact change, its
//! undo, "this was not me", and disabling the customer.

use jiff::Timestamp;

use super::{
    change::{Change, Decision, NewContactChange, NewMessageKind},
    contact::Contact,
    customer::Customer,
    history::{Event, Origin},
    id::{ChangeId, CustomerId, MessageId, OtpId},
    issue::{Queued, invalidate, reachable},
    known_device::KnownDevice,
    otp::Otp,
    rules::Policy,
    send::DeliverySubject,
    session::Session,
    sign_in::{NoticeDraft, Renewal, queued_notice},
    token::TokenDigest,
    undo::PastChange,
};
use crate::shared::ContactType;

/// The state of a customer that these changes depend on.
#[derive(Clone, Debug)]
pub struct CustomerFacts {
    /// The customer; `None` if there is no such customer.
    pub customer: Option<Customer>,
    /// The OTPs of the customer that are neither used nor invalidated.
    pub otps: Vec<Otp>,
    /// The sessions of the customer, with the digests of their tokens.
    pub sessions: Vec<(TokenDigest, Session)>,
    /// The known devices of the customer.
    pub devices: Vec<KnownDevice>,
    /// The number of the next contact change.
    pub next_change: ChangeId,
    /// The number of the next message.
    pub next_message: MessageId,
}

/// A change of a customer's contact.
#[derive(Clone, Debug)]
pub struct ContactChange {
    /// The customer whose contact changes.
    pub customer: CustomerId,
    /// The session and the code of the customer who makes the change; `None` if the operator makes
    /// it.
    pub by: Option<Renewal>,
    /// The new contact. It replaces the contact of the same kind.
    pub new: Contact,
    /// The notice to the previous contact.
    pub notice: NoticeDraft,
    /// The origin of the request.
    pub origin: Origin,
    /// When the change was requested.
    pub now: Timestamp,
}

impl ContactChange {
    /// Changes the contact, invalidates the customer's codes, ends their other sessions, forgets
    /// their other browsers and queues the notice (OWASP ASVS 5.0, 6.3.7 and 7.4.3). `otp` and
    /// `session` are those of [`ContactChange::by`].
    ///
    /// The answer is `None` if there is no such customer, if they already have this contact, if the
    /// code was already used, if the session is over, or if neither contact can receive the notice:
    /// the owner must learn of every change, and only an operator changes a contact without that.
    /// Otherwise it holds the queued notice, or `None` if no contact can receive one.
    #[must_use]
    pub fn decide(
        &self,
        policy: &Policy,
        facts: &CustomerFacts,
        (otp, session): (Option<&Otp>, Option<&Session>),
    ) -> Decision<Option<Option<Queued>>> {
        let mut changes = match &self.by {
            Some(renewal) => match renewal.changes(otp, session) {
                Some(changes) => changes,
                None => return Decision::unchanged(None),
            },
            None => vec![],
        };
        let kind = self.new.kind();
        let Some(before) = facts
            .customer
            .as_ref()
            .filter(|customer| customer.contact(kind).as_ref() != Some(&self.new))
        else {
            return Decision::unchanged(None);
        };
        changes.push(Change::SetContact(
            self.customer,
            kind,
            Some(self.new.clone()),
        ));
        // The operator's change cannot be undone: nobody who reads the old mailbox may restore it.
        let change = self
            .by
            .as_ref()
            .map(|_| self.undoable_change(before, facts.next_change));
        let id = change.as_ref().map(|change| change.id);
        changes.extend(change.map(|change| Change::RememberContactChange(Box::new(change))));
        changes.extend(revoke_access(facts, self.by.as_ref(), self.now));
        let (queued, notice) = self.notify(policy, before, facts, id);
        if self.by.is_some() && queued.is_none() {
            return Decision::unchanged(None);
        }
        changes.extend(notice);
        let contact = Some(self.new.clone());
        changes.push(Change::record_of_customer(
            Event::ContactChanged,
            self.customer,
            contact,
            &self.origin,
            self.now,
        ));
        Decision::new(changes, Some(queued))
    }

    fn undoable_change(&self, before: &Customer, id: ChangeId) -> NewContactChange {
        NewContactChange {
            id,
            customer: self.customer,
            old: before.contact(self.new.kind()),
            new: self.new.clone(),
            undo_until: self
                .now
                .saturating_add(PastChange::UNDO)
                .unwrap_or(Timestamp::MAX),
        }
    }

    /// Queues the notice for the previous contact if it can be reached, otherwise for the
    /// customer's other contact.
    fn notify(
        &self,
        policy: &Policy,
        before: &Customer,
        facts: &CustomerFacts,
        change: Option<ChangeId>,
    ) -> (Option<Queued>, Option<Change>) {
        let changed = self.new.kind();
        let Some(to) = reachable(policy, before, changed) else {
            return (None, None);
        };
        let kind = NewMessageKind::ContactChanged {
            customer: self.customer,
            to: to.clone(),
            changed,
            change,
        };
        let notice = self.notice.clone().message(
            facts.next_message,
            kind,
            to.kind(),
            &self.origin,
            self.now,
        );
        let after = before.clone().with_contact(changed, Some(self.new.clone()));
        let queued = queued_notice(
            &notice,
            after,
            DeliverySubject::ContactChanged {
                to,
                changed,
                change,
            },
        );
        (Some(queued), Some(Change::QueueMessage(Box::new(notice))))
    }
}

/// Undoes a change and all others that can still be undone, of either kind, and restores the
/// contacts from before them. An intruder who changed one contact may have changed the other one
/// too, to stay in. `all` holds all changes of the customer.
///
/// `taken` holds the previous contacts that a customer has now. If another customer has the one of
/// the change itself, or no contact would remain, nothing changes. If another customer has the
/// previous contact of the other kind, that contact is only removed. The answer is false if nothing
/// changes.
#[must_use]
pub fn undo_contact_change(
    change: Option<&PastChange>,
    (all, taken): (&[PastChange], &[Contact]),
    facts: &CustomerFacts,
    origin: &Origin,
    now: Timestamp,
) -> Decision<bool> {
    let is_free = |contact: &Contact| {
        let own = facts.customer.as_ref();
        let is_own = own.and_then(|own| own.contact(contact.kind())).as_ref() == Some(contact);
        is_own || !taken.contains(contact)
    };
    let can_undo =
        |change: &PastChange| change.can_be_undone(now) && change.old.as_ref().is_none_or(is_free);
    if !change.is_some_and(can_undo) {
        return Decision::unchanged(false);
    }
    let undone: Vec<_> = all
        .iter()
        .filter(|change| change.can_be_undone(now))
        .collect();
    let undo = |change: &&PastChange| Change::UndoContactChange(change.id, now);
    let mut changes: Vec<_> = undone.iter().map(undo).collect();
    changes.extend(revoke_access(facts, None, now));
    // The first change of a kind holds the contact from before all of them.
    let first = |kind| {
        let of_kind = undone.iter().filter(|change| change.new.kind() == kind);
        of_kind.min_by_key(|change| change.id.0)
    };
    let mut restored = facts.customer.clone();
    for first in ContactType::ALL.into_iter().filter_map(first) {
        let (customer, kind) = (first.customer, first.new.kind());
        let old = first.old.clone().filter(is_free);
        restored = restored.map(|customer| customer.with_contact(kind, old.clone()));
        changes.push(Change::SetContact(customer, kind, old.clone()));
        let event = Event::ContactChangeUndone;
        changes.push(Change::record_of_customer(
            event, customer, old, origin, now,
        ));
    }
    if restored.is_some_and(|customer| customer.email.is_none() && customer.phone.is_none()) {
        return Decision::unchanged(false);
    }
    Decision::new(changes, true)
}

/// Disables a customer: invalidates their codes, ends their sessions and forgets their browsers
/// (OWASP ASVS 5.0, 7.4.2). With `disabled` false, allows them to sign in again. The answer is
/// false if there is no such customer or if nothing would change.
#[must_use]
pub fn set_disabled(facts: &CustomerFacts, disabled: bool, now: Timestamp) -> Decision<bool> {
    let Some(customer) = facts
        .customer
        .as_ref()
        .filter(|customer| customer.disabled_at.is_some() != disabled)
    else {
        return Decision::unchanged(false);
    };
    let mut changes = vec![Change::SetDisabled(customer.id, disabled.then_some(now))];
    let event = if disabled {
        Event::Disabled
    } else {
        Event::Enabled
    };
    if disabled {
        changes.extend(revoke_access(facts, None, now));
    }
    changes.push(Change::record_of_customer(
        event,
        customer.id,
        None,
        &Origin::default(),
        now,
    ));
    Decision::new(changes, true)
}

/// A "this was not me" report.
#[derive(Clone, Debug)]
pub struct NotMe {
    /// The OTP of the reported email. It may have been deleted since.
    pub otp: OtpId,
    /// The contact that the OTP was requested for.
    pub contact: Contact,
    /// Until when codes to the contact are suppressed for unknown devices.
    pub until: Timestamp,
    /// The customer who was sent the email.
    pub customer: CustomerId,
    /// Whether the customer's sessions end as well: only somebody who is signed in can request such
    /// a code.
    pub ends_sessions: bool,
    /// The device token of the browser that makes the report, which stays known.
    pub device: Option<TokenDigest>,
    /// The origin of the request.
    pub origin: Origin,
    /// When the report was made.
    pub now: Timestamp,
}

impl NotMe {
    /// Invalidates the reported OTP and every OTP that unknown devices requested for the contact,
    /// suppresses further codes, and forgets devices that may be the intruder's. `otps` are the OTPs
    /// of the contact and the reported OTP.
    ///
    /// A report acts once: if its OTP `was_reported` before, nothing changes. Otherwise a forwarded
    /// email could end the customer's sessions again and again.
    #[must_use]
    pub fn decide(&self, otps: &[Otp], facts: &CustomerFacts, was_reported: bool) -> Decision<()> {
        if was_reported {
            return Decision::unchanged(());
        }
        let is_ended = |otp: &&Otp| {
            let is_meant =
                otp.id == self.otp || (otp.contact == self.contact && !otp.is_known_device);
            is_meant && !otp.is_verified && otp.nonce.is_some()
        };
        let ended: Vec<_> = otps.iter().filter(is_ended).collect();
        let mut changes: Vec<_> = ended
            .iter()
            .flat_map(|otp| invalidate(otp, &self.origin, self.now))
            .collect();
        changes.push(Change::Suppress(self.contact.clone(), self.until));
        if self.ends_sessions {
            let is_open = |otp: &Otp| !ended.iter().any(|ended| ended.id == otp.id);
            let otps = facts
                .otps
                .iter()
                .filter(|otp| is_open(otp))
                .cloned()
                .collect();
            changes.extend(revoke_access(
                &CustomerFacts {
                    otps,
                    ..facts.clone()
                },
                None,
                self.now,
            ));
        } else {
            changes.extend(self.forget_intruder(otps, facts));
        }
        changes.push(self.record());
        Decision::new(changes, ())
    }

    /// Forgets the customer's other devices if the report comes from one of them. Otherwise, only the
    /// device that requested the reported code is forgotten: the browser inside a mail app has no
    /// cookies, and customers would lose their own devices with every report, which strangers can
    /// provoke.
    fn forget_intruder(&self, otps: &[Otp], facts: &CustomerFacts) -> Vec<Change> {
        let is_known = facts
            .devices
            .iter()
            .any(|device| Some(device.token) == self.device);
        if is_known {
            return forget_devices(&facts.devices, self.device).collect();
        }
        let reported = otps.iter().find(|otp| otp.id == self.otp);
        let requested_by = reported.and_then(|otp| otp.device);
        let intruder = facts
            .devices
            .iter()
            .filter(|device| Some(device.token) == requested_by);
        intruder
            .map(|device| Change::ForgetDevice(device.customer, device.token))
            .collect()
    }

    fn record(&self) -> Change {
        Change::Record(Box::new(super::change::HistoryRecord {
            event: Event::NotMe,
            otp: Some(self.otp),
            customer: self.ends_sessions.then_some(self.customer),
            contact: Some(self.contact.clone()),
            origin: self.origin.clone(),
            at: self.now,
        }))
    }
}

/// Ends the signed-in sessions among `sessions`, which belong to one customer, and records each.
/// The answer is the number of sessions that ended.
#[must_use]
pub fn end_sessions(
    customer: CustomerId,
    sessions: &[Session],
    event: Event,
    origin: &Origin,
    now: Timestamp,
) -> Decision<u64> {
    let ended: Vec<_> = sessions
        .iter()
        .filter(|session| session.authenticated)
        .collect();
    let end = |session: &&Session| {
        [
            Change::DeleteSession(session.id),
            Change::record_of_customer(event, customer, None, origin, now),
        ]
    };
    let count = u64::try_from(ended.len()).unwrap_or(u64::MAX);
    Decision::new(ended.iter().flat_map(end).collect(), count)
}

/// Ends all sessions of a customer, records each, and forgets the customer's devices except `own`:
/// an intruder who has signed in on a device would keep its privileges otherwise. The answer is the
/// number of sessions that ended.
#[must_use]
pub fn end_all_sessions(
    customer: CustomerId,
    (sessions, devices): (&[Session], &[KnownDevice]),
    own: Option<TokenDigest>,
    origin: &Origin,
    now: Timestamp,
) -> Decision<u64> {
    let forgotten = forget_devices(devices, own).collect();
    let ended = end_sessions(customer, sessions, Event::SessionEnded, origin, now);
    Decision::new(forgotten, ()).and(ended)
}

fn forget_devices(
    devices: &[KnownDevice],
    own: Option<TokenDigest>,
) -> impl Iterator<Item = Change> {
    devices
        .iter()
        .filter(move |device| Some(device.token) != own)
        .map(|device| Change::ForgetDevice(device.customer, device.token))
}

/// Invalidates a customer's codes, ends their sessions and forgets their browsers, except those of
/// `own`.
fn revoke_access(facts: &CustomerFacts, own: Option<&Renewal>, now: Timestamp) -> Vec<Change> {
    let used = own.map(|own| own.otp);
    let open = facts
        .otps
        .iter()
        .filter(|otp| !otp.is_verified && otp.nonce.is_some() && Some(otp.id) != used);
    let mut changes: Vec<_> = open
        .flat_map(|otp| invalidate(otp, &Origin::default(), now))
        .collect();
    let own_session = own.map(|own| own.session);
    let other = facts
        .sessions
        .iter()
        .filter(|(token, _)| Some(*token) != own_session);
    changes.extend(other.map(|(_, session)| Change::DeleteSession(session.id)));
    changes.extend(forget_devices(
        &facts.devices,
        own.and_then(|own| own.device),
    ));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::domain::{
        Purpose, SessionId, SmsPolicy,
        change::Leases,
        fixtures::{
            BROWSER, DEVICE, MILLISECOND, MINUTE, NEW, contact, customer, email, key_id,
            known_device, message, names, otp, phone, policy, records, signed_in, start,
        },
    };

    /// Returns a customer with two open OTPs, two sessions and two known devices. `BROWSER` and
    /// `DEVICE` belong to the same browser.
    fn facts() -> CustomerFacts {
        CustomerFacts {
            customer: Some(customer()),
            otps: vec![
                otp(),
                Otp {
                    id: OtpId(2),
                    ..otp()
                },
            ],
            sessions: vec![(BROWSER, signed_in(1)), (NEW, signed_in(2))],
            devices: vec![known_device(DEVICE), known_device(NEW)],
            next_change: ChangeId(5),
            next_message: MessageId(3),
        }
    }

    fn change(by: Option<Renewal>) -> ContactChange {
        ContactChange {
            customer: customer().id,
            by,
            new: contact("new@example.com"),
            notice: NoticeDraft {
                message_id: "message".to_owned(),
                leases: Leases::default(),
            },
            origin: Origin::default(),
            now: start(),
        }
    }

    fn renewal() -> Renewal {
        Renewal {
            otp: OtpId(1),
            purpose: Purpose::ChangeContact,
            session: BROWSER,
            renewed: TokenDigest([9; 32]),
            key_id: key_id(),
            device: Some(DEVICE),
            origin: Origin::default(),
            now: start(),
        }
    }

    /// Decides on the change. The answer is whether the contact changes.
    fn decide(change: &ContactChange, facts: &CustomerFacts, otp: Option<&Otp>) -> Decision<bool> {
        change
            .decide(&policy(), facts, (otp, Some(&signed_in(1))))
            .map(|changed| changed.is_some())
    }

    fn by_operator(facts: &CustomerFacts) -> Decision<bool> {
        decide(&change(None), facts, None)
    }

    fn by_customer(otp: &Otp) -> Decision<bool> {
        decide(&change(Some(renewal())), &facts(), Some(otp))
    }

    fn code() -> Otp {
        Otp {
            purpose: Purpose::ChangeContact,
            ..otp()
        }
    }

    fn ended(changes: &[Change]) -> (Vec<i64>, Vec<TokenDigest>, Vec<i64>) {
        let (mut sessions, mut devices, mut otps) = (vec![], vec![], vec![]);
        for change in changes {
            match change {
                Change::DeleteSession(SessionId(id)) => sessions.push(*id),
                Change::ForgetDevice(_, token) => devices.push(*token),
                Change::InvalidateOtp(OtpId(id)) => otps.push(*id),
                _ => {}
            }
        }
        (sessions, devices, otps)
    }

    #[test]
    fn operator_change_ends_everything_and_cannot_be_undone() {
        let decision = by_operator(&facts());
        let expected = [
            "set_contact",
            "invalidate_otp",
            "revoked",
            "invalidate_otp",
            "revoked",
            "delete_session",
            "delete_session",
            "forget_device",
            "forget_device",
            "queue_message",
            "contact_changed",
        ];
        assert_eq!(names(&decision.changes), expected);
        assert!(decision.answer);
    }

    #[test]
    fn customer_change_uses_the_code_and_keeps_the_session_and_browser() {
        let decision = by_customer(&code());
        let names = names(&decision.changes);
        let first = [
            "verify_otp",
            "refund_guesses",
            "renew_session",
            "set_contact",
            "remember_contact_change",
        ];
        assert_eq!(names[..5], first);
        assert_eq!(ended(&decision.changes), (vec![2], vec![NEW], vec![2]));
        let remembered = decision.changes.iter().find_map(|change| match change {
            Change::RememberContactChange(change) => Some((**change).clone()),
            _ => None,
        });
        let remembered = remembered.expect("a change that can be undone");
        assert_eq!(
            (remembered.id, remembered.old),
            (ChangeId(5), Some(email()))
        );
        assert_eq!(remembered.undo_until, start() + PastChange::UNDO);
        match message(&decision.changes).map(|notice| notice.kind) {
            Some(NewMessageKind::ContactChanged { to, change, .. }) => {
                assert_eq!((to, change), (email(), Some(ChangeId(5))));
            }
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn change_needs_a_usable_code_a_customer_and_a_different_contact() {
        let same = ContactChange {
            new: email(),
            ..change(None)
        };
        let own_same = ContactChange {
            new: email(),
            ..change(Some(renewal()))
        };
        let unknown = CustomerFacts {
            customer: None,
            ..facts()
        };
        for decision in [
            by_customer(&Otp {
                is_verified: true,
                ..code()
            }),
            by_customer(&Otp {
                purpose: Purpose::StepUp,
                ..code()
            }),
            by_operator(&unknown),
            decide(&same, &facts(), None),
            decide(&own_same, &facts(), Some(&code())),
        ] {
            assert!(!decision.answer && decision.changes.is_empty());
        }
    }

    #[test]
    fn notice_goes_to_the_previous_contact_or_else_to_the_other_one() {
        let to = |new: Contact, customer: Customer| {
            let facts = CustomerFacts {
                customer: Some(customer),
                ..facts()
            };
            let decision = ContactChange {
                new,
                ..change(None)
            }
            .decide(&policy(), &facts, (None, None));
            match message(&decision.changes).map(|notice| notice.kind) {
                Some(NewMessageKind::ContactChanged { to, .. }) => Some(to),
                _ => None,
            }
        };
        let (new_email, new_phone) = (contact("new@example.com"), contact("+12025550199"));
        assert_eq!(to(new_email.clone(), customer()), Some(email()));
        assert_eq!(to(new_phone.clone(), customer()), Some(phone()));
        let by_phone = customer().with_contact(ContactType::Email, None);
        assert_eq!(to(new_email, by_phone), Some(phone()));
        let by_email = customer().with_contact(ContactType::Phone, None);
        assert_eq!(to(new_phone, by_email), Some(email()));
    }

    #[test]
    fn a_customer_changes_no_contact_while_neither_can_receive_the_notice() {
        let without_texts = Policy {
            sms: SmsPolicy {
                is_on: false,
                ..policy().sms
            },
            ..policy()
        };
        let facts = CustomerFacts {
            customer: Some(customer().with_contact(ContactType::Email, None)),
            ..facts()
        };
        let decide =
            |by| change(by).decide(&without_texts, &facts, (Some(&code()), Some(&signed_in(1))));
        let decision = decide(Some(renewal()));
        assert!(decision.answer.is_none() && decision.changes.is_empty());
        assert!(decide(None).answer.is_some(), "an operator may");
    }

    fn past(id: i64, new: &str) -> PastChange {
        PastChange {
            id: ChangeId(id),
            customer: customer().id,
            old: Some(email()),
            new: contact(new),
            expires_at: start() + MINUTE,
            undone_at: None,
        }
    }

    #[test]
    fn undo_restores_both_contacts_and_undoes_all_recent_changes() {
        let later = [
            PastChange {
                expires_at: start(),
                ..past(1, "before@example.com")
            },
            past(2, "new@example.com"),
            PastChange {
                old: Some(contact("new@example.com")),
                ..past(3, "newer@example.com")
            },
            PastChange {
                old: Some(phone()),
                ..past(4, "+12025550199")
            },
            PastChange {
                undone_at: Some(start()),
                ..past(5, "undone@example.com")
            },
        ];
        let undo = |now| {
            undo_contact_change(
                Some(&later[1]),
                (&later, &[]),
                &facts(),
                &Origin::default(),
                now,
            )
        };
        let decision = undo(start() + MINUTE - MILLISECOND);
        assert!(decision.answer);
        let undone: Vec<_> = decision
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::UndoContactChange(id, _) => Some(id.0),
                _ => None,
            })
            .collect();
        assert_eq!(undone, [2, 3, 4]);
        assert_eq!(
            ended(&decision.changes),
            (vec![1, 2], vec![DEVICE, NEW], vec![1, 2])
        );
        let restored: Vec<_> = decision
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::SetContact(_, _, old) => old.clone(),
                _ => None,
            })
            .collect();
        assert_eq!(restored, [email(), phone()]);
        assert_eq!(
            names(&decision.changes).last(),
            Some(&"contact_change_undone")
        );
        let last = undo_contact_change(
            Some(&later[3]),
            (&later, &[]),
            &facts(),
            &Origin::default(),
            start(),
        );
        assert_eq!(
            names(&last.changes),
            names(&decision.changes),
            "the last of several changes takes back the earlier ones too"
        );
        for decision in [
            undo(start() + MINUTE),
            undo_contact_change(
                Some(&later[4]),
                (&later, &[]),
                &facts(),
                &Origin::default(),
                start(),
            ),
            undo_contact_change(None, (&later, &[]), &facts(), &Origin::default(), start()),
        ] {
            assert!(!decision.answer && decision.changes.is_empty());
        }
    }

    #[test]
    fn undo_only_removes_the_other_contact_if_its_previous_one_is_taken() {
        let email_change = past(1, "new@example.com");
        let phone_change = PastChange {
            old: Some(contact("+12025550188")),
            ..past(2, "+12025550199")
        };
        let taken = [contact("+12025550188")];
        let undo = |change: &PastChange, all: &[PastChange]| {
            let decision = undo_contact_change(
                Some(change),
                (all, &taken),
                &facts(),
                &Origin::default(),
                start(),
            );
            let contacts = decision
                .changes
                .into_iter()
                .filter_map(|change| match change {
                    Change::SetContact(_, kind, contact) => Some((kind, contact)),
                    _ => None,
                });
            (decision.answer, contacts.collect::<Vec<_>>())
        };
        let both = [email_change.clone(), phone_change.clone()];
        let restored = vec![
            (ContactType::Email, Some(email())),
            (ContactType::Phone, None),
        ];
        assert_eq!(undo(&email_change, &both), (true, restored));
        assert_eq!(undo(&phone_change, &both), (false, vec![]));
        let added = PastChange {
            old: None,
            ..email_change
        };
        let both = [added.clone(), phone_change];
        assert_eq!(undo(&added, &both), (false, vec![]), "none would remain");
    }

    #[test]
    fn not_me_in_a_browser_without_cookies_forgets_only_the_device_that_requested_the_code() {
        let report = NotMe {
            device: None,
            ..not_me(false)
        };
        let forgotten = |device| {
            let otp = Otp { device, ..otp() };
            ended(&report.decide(&[otp], &facts(), false).changes).1
        };
        assert!(forgotten(None).is_empty());
        assert_eq!(forgotten(Some(NEW)), [NEW]);
    }

    #[test]
    fn disabling_ends_everything_and_enabling_restores_nothing() {
        let disabled = || CustomerFacts {
            customer: Some(Customer {
                disabled_at: Some(start()),
                ..customer()
            }),
            ..facts()
        };
        let decision = set_disabled(&facts(), true, start());
        assert!(decision.answer);
        assert!(matches!(decision.changes[0], Change::SetDisabled(_, Some(at)) if at == start()));
        assert_eq!(
            ended(&decision.changes),
            (vec![1, 2], vec![DEVICE, NEW], vec![1, 2])
        );
        assert_eq!(names(&decision.changes).last(), Some(&"disabled"));
        assert_eq!(
            names(&set_disabled(&disabled(), false, start()).changes),
            ["set_disabled", "enabled"]
        );
        for (facts, disable) in [
            (disabled(), true),
            (facts(), false),
            (
                CustomerFacts {
                    customer: None,
                    ..facts()
                },
                true,
            ),
        ] {
            let decision = set_disabled(&facts, disable, start());
            assert!(!decision.answer && decision.changes.is_empty());
        }
    }

    fn not_me(ends_sessions: bool) -> NotMe {
        NotMe {
            otp: OtpId(1),
            contact: email(),
            until: start() + MINUTE,
            customer: customer().id,
            ends_sessions,
            device: Some(DEVICE),
            origin: Origin {
                user_agent: Some("Browser".to_owned()),
                ..Origin::default()
            },
            now: start(),
        }
    }

    #[test]
    fn not_me_invalidates_the_reported_otp_and_those_of_unknown_devices() {
        let with = |id, otp| Otp {
            id: OtpId(id),
            ..otp
        };
        let otps = [
            // The reported OTP is invalidated even from a known device and for another contact.
            Otp {
                is_known_device: true,
                contact: phone(),
                ..otp()
            },
            with(2, otp()),
            with(
                3,
                Otp {
                    is_known_device: true,
                    ..otp()
                },
            ),
            with(
                4,
                Otp {
                    contact: phone(),
                    ..otp()
                },
            ),
            with(
                5,
                Otp {
                    is_verified: true,
                    ..otp()
                },
            ),
            with(
                6,
                Otp {
                    nonce: None,
                    ..otp()
                },
            ),
            with(
                7,
                Otp {
                    attempts: 5,
                    ..otp()
                },
            ),
        ];
        let decision = not_me(false).decide(&otps, &facts(), false);
        assert_eq!(ended(&decision.changes), (vec![], vec![NEW], vec![1, 2, 7]));
        let tail = names(&decision.changes).split_off(6);
        assert_eq!(tail, ["suppress", "forget_device", "not_me"]);
        let records = records(&decision.changes);
        assert!(
            records
                .iter()
                .all(|record| record.origin.user_agent.is_some())
        );
        assert_eq!(
            (records[3].otp, records[3].customer),
            (Some(OtpId(1)), None)
        );
    }

    #[test]
    fn not_me_for_a_confirmation_also_ends_sessions_and_each_otp_once() {
        let decision = not_me(true).decide(&[otp()], &facts(), false);
        assert_eq!(
            ended(&decision.changes),
            (vec![1, 2], vec![DEVICE, NEW], vec![1, 2])
        );
        assert_eq!(
            records(&decision.changes)
                .last()
                .and_then(|record| record.customer),
            Some(customer().id)
        );
    }

    #[test]
    fn a_second_report_of_the_same_code_changes_nothing() {
        for ends_sessions in [false, true] {
            let decision = not_me(ends_sessions).decide(&[otp()], &facts(), true);
            assert!(decision.changes.is_empty());
        }
    }

    #[test]
    fn signing_out_everywhere_forgets_the_other_devices() {
        let devices = facts().devices;
        let end = |own| {
            end_all_sessions(
                customer().id,
                (&[signed_in(1), signed_in(2)], &devices),
                own,
                &Origin::default(),
                start(),
            )
        };
        let decision = end(Some(DEVICE));
        assert_eq!(decision.answer, 2);
        assert_eq!(ended(&decision.changes), (vec![1, 2], vec![NEW], vec![]));
        assert_eq!(ended(&end(None).changes).1, [DEVICE, NEW]);
    }

    #[test]
    fn every_ended_session_is_recorded() {
        let end = |sessions: &[Session]| {
            end_sessions(
                customer().id,
                sessions,
                Event::SessionEnded,
                &Origin::default(),
                start(),
            )
        };
        let pre_auth = super::super::fixtures::pre_auth();
        let decision = end(&[signed_in(1), pre_auth.clone(), signed_in(2)]);
        assert_eq!(
            names(&decision.changes),
            [
                "delete_session",
                "session_ended",
                "delete_session",
                "session_ended"
            ]
        );
        assert_eq!(decision.answer, 2);
        assert_eq!(end(&[pre_auth]).answer, 0);
    }
}
