//! AWS Signature Version 4
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>)
//! for the only kind of request that is sent: a POST to `/` without a query.

use jiff::Timestamp;

use super::signature::{hmac_sha256, sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SIGNED_HEADERS: &str = "content-type;host;x-amz-date";

/// The credentials and the scope of a signature.
pub(super) struct Signer<'a> {
    pub(super) access_key_id: &'a str,
    pub(super) secret_access_key: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
}

impl Signer<'_> {
    /// Returns the `Authorization` header for a request with this body to `host`. The request must
    /// also have the `X-Amz-Date` header of `now`.
    pub(super) fn authorization(
        &self,
        host: &str,
        content_type: &str,
        now: Timestamp,
        body: &[u8],
    ) -> String {
        let date = amz_date(now);
        let day = &date[..8];
        let payload = hex::encode(sha256(body));
        let canonical = format!(
            "POST\n/\n\ncontent-type:{content_type}\nhost:{host}\nx-amz-date:{date}\n\n{SIGNED_HEADERS}\n{payload}"
        );
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let to_sign = format!(
            "{ALGORITHM}\n{date}\n{scope}\n{}",
            hex::encode(sha256(canonical.as_bytes()))
        );
        let signature = hex::encode(hmac_sha256(&self.key(day), to_sign.as_bytes()));
        let id = self.access_key_id;
        format!(
            "{ALGORITHM} Credential={id}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}"
        )
    }

    fn key(&self, day: &str) -> [u8; 32] {
        let of_day = hmac_sha256(
            format!("AWS4{}", self.secret_access_key).as_bytes(),
            day.as_bytes(),
        );
        [self.region, self.service, "aws4_request"]
            .into_iter()
            .fold(of_day, |key, part| hmac_sha256(&key, part.as_bytes()))
    }
}

/// Returns the `X-Amz-Date` header of a time.
pub(super) fn amz_date(now: Timestamp) -> String {
    now.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The case `post-x-www-form-urlencoded` of AWS's Signature Version 4 test suite
    /// (<https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html>).
    #[test]
    fn form_signature_matches_the_published_test_suite() {
        let signer = Signer {
            access_key_id: "AKIDEXAMPLE",
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            region: "us-east-1",
            service: "service",
        };
        let now = "2015-08-30T12:36:00Z".parse().expect("an instant");
        let host = "example.amazonaws.com";
        assert_eq!(
            signer.authorization(
                host,
                "application/x-www-form-urlencoded",
                now,
                b"Param1=value1"
            ),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        );
        assert_eq!(
            signer.authorization(
                host,
                "application/x-www-form-urlencoded; charset=utf8",
                now,
                b"Param1=value1"
            ),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"
        );
    }

    /// The example of <https://docs.aws.amazon.com/general/latest/gr/signature-v4-examples.html>.
    #[test]
    fn signing_key_matches_the_published_example() {
        let signer = Signer {
            access_key_id: "",
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            region: "us-east-1",
            service: "iam",
        };
        let key = "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d";
        assert_eq!(hex::encode(signer.key("20120215")), key);
    }
}
