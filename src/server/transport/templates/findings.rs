//! Findings about templates that work: their costs, and warnings.

use super::{SMS, TEMPLATE_SUFFIXES, TEXT, TemplateError, Templates, kind, samples};
use crate::{
    server::{
        domain::{SmsLength, sms_text::Encoding},
        ports::messenger::{Content, Message},
    },
    shared::{CodeFormat, Language, code_text::find_code},
};

/// The costs and warnings of a template.
#[derive(Debug)]
pub struct Finding {
    /// The name of the template.
    pub template: String,
    /// The language of its sentences.
    pub language: Language,
    /// The cost of its longest message, if it is a template for text messages.
    pub length: Option<SmsLength>,
    /// Things that the operator may want to change, each as a sentence without a full stop.
    pub warnings: Vec<String>,
}

impl Templates {
    /// Renders each template with sample messages and codes of this format, and returns the
    /// findings.
    ///
    /// # Errors
    /// Returns the error of a template that does not render.
    pub fn findings(&self, format: CodeFormat) -> Result<Vec<Finding>, TemplateError> {
        let default = self.localizer.default_language();
        let others = self
            .localizer
            .offered()
            .iter()
            .filter(|language| **language != default);
        let mut findings = Vec::new();
        for message in &samples::complete(format, default) {
            for form in TEMPLATE_SUFFIXES {
                findings.push(self.finding(message, form, format)?);
            }
        }
        // In the other languages, only the text messages are checked, for their cost.
        for message in others.flat_map(|language| samples::complete(format, *language)) {
            findings.push(self.finding(&message, SMS, format)?);
        }
        Ok(findings)
    }

    fn finding(
        &self,
        message: &Message,
        form: &'static str,
        format: CodeFormat,
    ) -> Result<Finding, TemplateError> {
        let (kind, text) = (kind(&message.content), self.render(message, form)?);
        let language = message.origin.language;
        let length = (form == SMS)
            .then(|| self.longest_sms(kind, language))
            .transpose()?;
        let mut warnings: Vec<_> = length.and_then(price).into_iter().collect();
        if let Content::Code { code, .. } = &message.content {
            let gives_code = find_code(&text, format).as_deref() == Some(code.reveal());
            if matches!(form, TEXT | SMS) && !gives_code {
                warnings.push(
                    "a customer who pastes the whole message does not get its code".to_owned(),
                );
            }
            let last_line = format!("@{} #{}", self.settings.host, code.reveal());
            if form == SMS && text.trim_end().lines().last() != Some(&last_line) {
                warnings.push(
                    "no phone fills the code in, as the last line is not @{{ host }} #{{ code }}"
                        .to_owned(),
                );
            }
        }
        Ok(Finding {
            template: format!("{kind}.{form}"),
            language,
            length,
            warnings,
        })
    }

    /// Returns the cost of the longest text message of a kind, with the longest code.
    fn longest_sms(&self, of_kind: &str, language: Language) -> Result<SmsLength, TemplateError> {
        let mut messages =
            samples::all(language).filter(|message| kind(&message.content) == of_kind);
        messages.try_fold(SmsLength::of(""), |longest, message| {
            let length = SmsLength::of(&self.sms(&message)?);
            Ok(std::cmp::max_by_key(longest, length, |length| {
                (length.segments, length.units)
            }))
        })
    }
}

/// Returns the reason why a text message costs more than one segment of GSM-7, if it does.
fn price(length: SmsLength) -> Option<String> {
    let expensive = length.expensive?;
    Some(match length.encoding {
        Encoding::Ucs2 => {
            format!("{expensive} is not in GSM-7, so a segment holds 70 characters and not 160")
        }
        Encoding::Gsm7 => format!("{expensive} begins the second segment"),
    })
}
