//! Converts changes to SQL statements.

use super::{
    batch::Batch,
    statements::{customers, devices, history, limits, otps, outbox, sessions},
};
use crate::server::domain::{Change, Key, SecurityEvent, change::MessageUpdate};

/// Adds the statements for `changes` to a batch, and the security events that they cause to
/// `events`. Rows of the history are authenticated with `key`.
///
/// All handovers share one statement, and so do all rows of the history. SQL that varied with their
/// number would be prepared, and cached, once for each number.
pub(super) fn add(
    batch: &mut Batch,
    changes: &[Change],
    key: &Key,
    events: &mut Vec<SecurityEvent>,
) {
    let (mut handovers, mut records) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            Change::InsertOtp(otp) => otps::insert(batch, otp),
            Change::CountAttempt(id) => otps::count_attempt(batch, *id),
            Change::CountReplay(id) => otps::count_replay(batch, *id),
            Change::VerifyOtp(id, at) => otps::verify(batch, *id, *at),
            Change::ResendOtp(resend) => otps::resend(batch, resend),
            Change::ExpireOtp(id, at) => otps::expire(batch, *id, *at),
            Change::RevokeOtp(id, at) => otps::revoke(batch, *id, *at),
            Change::InvalidateOtp(id) => otps::invalidate(batch, *id),
            Change::QueueMessage(message) => outbox::insert(batch, message),
            Change::UpdateMessage(id, MessageUpdate::Sent(handover)) => {
                handovers.push((*id, handover));
            }
            Change::UpdateMessage(id, MessageUpdate::Retry { at, cause }) => {
                outbox::retry_at(batch, *id, *at, *cause);
            }
            Change::UpdateMessage(id, MessageUpdate::Final(state)) => {
                outbox::end(batch, *id, *state);
            }
            Change::RememberReceipt(digest, at) => outbox::remember_receipt(batch, digest, *at),
            Change::Spend(message, price, at) => outbox::spend(batch, *message, *price, *at),
            Change::Consume(consumed) => limits::insert(batch, consumed),
            Change::RefundGuesses(otp) => limits::refund(batch, *otp),
            Change::SavePreAuth(pre_auth) => sessions::save_pre_auth(batch, pre_auth),
            Change::ForgetPreAuth(token) => sessions::forget_pre_auth(batch, *token),
            Change::OpenSession(session) => sessions::insert(batch, session),
            Change::TouchSession(id, at) => sessions::touch(batch, *id, *at),
            Change::RenewSession(id, renewal) => sessions::renew(batch, *id, renewal),
            Change::DeleteSession(id) => sessions::delete(batch, *id),
            Change::RememberDevice(seen) => devices::remember(batch, seen),
            Change::ForgetDevice(customer, token) => devices::forget(batch, *customer, *token),
            Change::Suppress(contact, until) => devices::suppress(batch, contact, *until),
            Change::SetContact(customer, kind, contact) => {
                customers::set_contact(batch, *customer, *kind, contact.as_ref());
            }
            Change::RememberContactChange(change) => customers::remember_change(batch, change),
            Change::UndoContactChange(id, at) => customers::undo_change(batch, *id, *at),
            Change::SetDisabled(customer, at) => customers::set_disabled(batch, *customer, *at),
            Change::Record(record) => records.push(&**record),
        }
    }
    if !handovers.is_empty() {
        outbox::hand_over(batch, &handovers);
    }
    if !records.is_empty() {
        history::insert(batch, &records, key);
    }
    events.extend(
        records
            .iter()
            .map(|it| SecurityEvent::Recorded(it.event, it.otp, it.customer)),
    );
}
