## On every page

problem-heading = एक समस्या है
error-title = त्रुटि: { $title }
skip-link = मुख्य सामग्री पर जाएँ
start-again = शुरुआती पेज पर जाएँ
one-moment = कृपया एक क्षण रुकें…
offline = आप ऑफ़लाइन हैं। आपने जो लिखा है, वह सुरक्षित है: इंटरनेट जुड़ने पर दोबारा कोशिश करें।
language-label = भाषा
help-contact = सहायता
legal-privacy = गोपनीयता
legal-terms = शर्तें
legal-imprint = कानूनी सूचना

## The request screen

request-heading = अपने खाते में लॉगिन करें
request-intro = हम आपको एक लॉगिन कोड भेजेंगे। पासवर्ड की ज़रूरत नहीं है।
contact-type-legend = हम आपको कोड कैसे भेजें?
contact-type = { $kind ->
    [phone] SMS
   *[email] ईमेल
}
contact-label = { $kind ->
    [phone] मोबाइल नंबर
   *[email] ईमेल पता
}
contact-hint = { $kind ->
    [phone] अपने खाते में दर्ज नंबर डालें (जैसे { $example })। किसी दूसरे देश के नंबर की शुरुआत + और उस देश के कोड से करें।
   *[email] अपने खाते में दर्ज ईमेल पता डालें।
}
contact-example = { $kind ->
    [phone] { $example }
   *[email] you@example.com
}
contact-suggestion = क्या आपका मतलब { $contact } था?
remember-contact = इसे मेरे डिवाइस पर याद रखें
remember-hint = जिस डिवाइस का इस्तेमाल दूसरे लोग भी करते हैं, उस पर इसे न चुनें।
request-button = कोड भेजें
sending = भेजा जा रहा है…
email-quicker = फ़िलहाल ईमेल ज़्यादा जल्दी पहुँचेगा।
texts-known-only = फ़िलहाल SMS पर कोड केवल उन ब्राउज़रों से मँगाए जा सकते हैं, जिनसे पहले लॉगिन किया जा चुका है।
channel-down = { $kind ->
    [phone] फ़िलहाल SMS नहीं भेजे जा रहे हैं।
   *[email] फ़िलहाल ईमेल नहीं भेजे जा रहे हैं।
}
pending = आपने { $time } पर { $contact } के लिए कोड मँगाया था।
pending-link = वह कोड डालें
pending-label = लॉगिन जारी है
contact-not-sent = आप ऑफ़लाइन हैं या कनेक्शन टूट गया। आपकी जानकारी अब भी बॉक्स में है।
widget-hint = JavaScript चालू होने पर आप यह जाँच पूरी करके तुरंत दोबारा कोशिश भी कर सकते हैं।
proving = आपके ब्राउज़र की जाँच हो रही है: { $percent }%
proving-started = आपके ब्राउज़र की जाँच हो रही है। इसमें कुछ सेकंड लगेंगे।

## The verify screen

verify-heading = { $kind ->
    [phone] अपना फ़ोन देखें
   *[email] अपना ईमेल देखें
}
code-sent-to = { $alphabet ->
    [letters] अगर { $contact } किसी खाते में दर्ज है, तो हमने उस पर { $length } अक्षरों का कोड भेजा है।
   *[digits] अगर { $contact } किसी खाते में दर्ज है, तो हमने उस पर { $length } अंकों का कोड भेजा है।
}
code-sent-to-other = { $kind ->
    [phone] हमने आपके खाते में दर्ज मोबाइल नंबर पर कोड भेजा है।
   *[email] हमने आपके खाते में दर्ज ईमेल पते पर कोड भेजा है।
}
code-label = { $alphabet ->
    [letters] { $length } अक्षरों का कोड
   *[digits] { $length } अंकों का कोड
}
code-hint = कोड लिखें, या कोड या पूरा संदेश पेस्ट करें।
code-hint-interactive = अगर आप इसे पेस्ट करते हैं या आपका फ़ोन इसे भर देता है, तो हम इसे तुरंत जाँच लेते हैं।
# The code is in Latin letters. Most readers do not know which of them are vowels, so the text names
# two.
letters-hint = इसमें केवल अंग्रेज़ी के अक्षर हैं, बड़े या छोटे दोनों चलेंगे: कोई अंक नहीं, और A या E जैसा कोई स्वर नहीं।
verify-button = आगे बढ़ें
checking = जाँच हो रही है…
attempts = शेष प्रयास: { $count }
works-until = यह कोड { $time } तक मान्य है
five-minutes-left = कोड डालने के लिए 5 मिनट बचे हैं।
one-minute-left = कोड डालने के लिए 1 मिनट बचा है।
thirty-seconds-left = कोड डालने के लिए 30 सेकंड बचे हैं।
help-heading = कोड नहीं मिला?
resend-button = नया कोड भेजें
resend-after = आप { $time } के बाद नया कोड भेज सकते हैं
resend-now = अब आप नया कोड भेज सकते हैं।
resend-used-up = आप इस लॉगिन के सभी कोड मँगा चुके हैं। { $time } के बाद आप एक और कोड मँगा सकते हैं।
switch-button = { $kind ->
    [phone] इसके बजाय SMS से भेजें
   *[email] इसके बजाय ईमेल से भेजें
}
change-button = { $kind ->
    [phone] दूसरे मोबाइल नंबर का इस्तेमाल करें
   *[email] दूसरे ईमेल पते का इस्तेमाल करें
}
never-asked = हम फ़ोन करके या संदेश भेजकर आपसे यह कोड कभी नहीं माँगेंगे।
exhausted-heading = आप इस कोड से लॉगिन नहीं कर सकते
exhausted-button = नया कोड मँगाएँ
code-not-sent = आप ऑफ़लाइन हैं या कनेक्शन टूट गया। आपका कोड अब भी बॉक्स में है।

## The delivery status of the message

delivery-pending = { $kind ->
    [phone] इसमें एक मिनट लग सकता है।
   *[email] इसमें कुछ मिनट लग सकते हैं। अपना स्पैम फ़ोल्डर देखें।
}
delivery-sent = { $kind ->
    [phone] भेज दिया गया। पहुँचने में एक मिनट लग सकता है।
   *[email] भेज दिया गया। पहुँचने में कुछ मिनट लग सकते हैं। अपना स्पैम फ़ोल्डर देखें।
}
delivery-delivered = { $kind ->
    [phone] संदेश आपके फ़ोन पर पहुँच गया है।
   *[email] ईमेल पहुँच गया है। अपना स्पैम फ़ोल्डर भी देखें।
}
delivery-overdue = { $kind ->
    [phone] अब तक नहीं मिला? नंबर और अपने फ़ोन का सिग्नल जाँचें, या नया कोड मँगाएँ।
   *[email] अब तक नहीं मिला? ईमेल पता और अपना स्पैम फ़ोल्डर जाँचें, या नया कोड मँगाएँ।
}
failed-no-such-address = { $kind ->
    [phone] यह नंबर किसी का नहीं है। देखें कि लिखने में कोई गलती तो नहीं हुई।
   *[email] यह ईमेल पता किसी का नहीं है। देखें कि लिखने में कोई गलती तो नहीं हुई।
}
failed-not-mobile = यह नंबर लैंडलाइन का लगता है।
failed-blocked = { $kind ->
    [phone] हमारे संदेश आपके फ़ोन पर या उसके नेटवर्क में ब्लॉक किए गए हैं।
   *[email] आपकी ईमेल सेवा ने हमारा संदेश स्वीकार नहीं किया।
}
failed-unreachable = { $kind ->
    [phone] आपका फ़ोन बंद है या उसमें सिग्नल नहीं है।
   *[email] आपका मेलबॉक्स भरा हुआ है या काम नहीं कर रहा है।
}
failed-country-not-allowed = हम इस देश के नंबरों पर SMS नहीं भेज सकते।
failed-sms-budget-spent = हम फ़िलहाल SMS नहीं भेज सकते।
failed-other = हम संदेश नहीं पहुँचा सके।
way-on-switch = { $kind ->
    [phone] क्या आप कोड SMS से पाना चाहते हैं?
   *[email] क्या आप कोड ईमेल से पाना चाहते हैं?
}
way-on-again = नया कोड मँगाएँ, या किसी दूसरे नंबर या ईमेल पते का इस्तेमाल करें।
way-on-different = किसी दूसरे नंबर या ईमेल पते का इस्तेमाल करें।

## Errors of forms

error-contact-missing = कृपया अपनी संपर्क जानकारी डालें।
error-contact-invalid = { $kind ->
    [phone] मोबाइल नंबर डालें (जैसे { $example })।
   *[email] ईमेल पता सही रूप में डालें (जैसे name@example.com)।
}
error-country-not-allowed = हम इस देश के नंबरों पर SMS नहीं भेज सकते। कृपया ईमेल चुनें।
error-not-mobile = यह नंबर लैंडलाइन का लगता है। क्या आप कोड ईमेल से पाना चाहते हैं?
error-sms-budget-spent = फ़िलहाल नए ब्राउज़र से SMS पर कोड नहीं मँगाया जा सकता। कृपया ईमेल चुनें।
error-customer-not-found = इस संपर्क जानकारी वाला कोई ग्राहक नहीं मिला।
error-code-malformed = { $alphabet ->
    [letters] कृपया कोड के { $length } अक्षर डालें।
   *[digits] कृपया { $length } अंकों का मान्य कोड डालें।
}
error-code-expired = कोड की समय-सीमा समाप्त हो गई है। कृपया नया कोड मँगाएँ।
error-code-invalid = कोड गलत है। शेष प्रयास: { $count }
error-code-exhausted = कोड गलत है। अब कोई प्रयास शेष नहीं है। कृपया नया कोड मँगाएँ।
error-code-escalated = यह कोड अब काम नहीं करता। किसी ने बहुत बार गलत कोड डाला है। कृपया नया कोड मँगाएँ: उसमें अंकों की जगह अक्षर होंगे।
error-browser-limit = बहुत बार कोशिश की गई है। आप { $when } दोबारा कोशिश कर सकते हैं।
error-contact-limit = हम वहाँ पहले ही कई कोड भेज चुके हैं। आप { $when } अगला कोड मँगा सकते हैं।
error-network-limit = आपके नेटवर्क से बहुत ज़्यादा अनुरोध आए हैं। आप { $when } दोबारा कोशिश कर सकते हैं।
error-global-limit = इस समय बहुत सारे लोग कोड मँगा रहे हैं। आप { $when } दोबारा कोशिश कर सकते हैं।
error-captcha-required = आपके नेटवर्क से कई कोड मँगाए गए हैं। आप { $when } अगला कोड मँगा सकते हैं।
error-cooldown = आप { $when } दूसरा कोड मँगा सकते हैं।
error-session-expired = सत्र समाप्त हो गया है। कृपया कोड दोबारा मँगाएँ।
error-malformed = हम इसे पढ़ नहीं सके। कृपया दोबारा कोशिश करें।
error-send-failed = कोड नहीं भेजा जा सका। कृपया दोबारा कोशिश करें। संदर्भ संख्या: { $id }
error-unexpected = हमारी ओर से कोई गड़बड़ी हुई। कृपया दोबारा कोशिश करें। संदर्भ संख्या: { $id }

in-seconds = { $count } सेकंड बाद
in-minutes = { $count } मिनट बाद
in-hours = { $count } घंटे बाद
in-days = { $count } दिन बाद

## Flash messages

notice-code-sent = कोड भेज दिया गया है।
notice-code-resent = कोड भेज दिया गया है। इस लॉगिन के पिछले कोड भी अपनी समय-सीमा तक काम करेंगे।
notice-signed-in = आपने लॉगिन कर लिया है।
notice-signed-out = आपने लॉगआउट कर लिया है।
notice-signed-out-everywhere = आपको हर जगह से लॉगआउट कर दिया गया है।
notice-session-ended = आपको वहाँ से लॉगआउट कर दिया गया है।
notice-contact-changed = आपकी संपर्क जानकारी बदल दी गई है। आपको बाकी हर जगह से लॉगआउट कर दिया गया है।
notice-contact-unchanged = यह पहले से ही आपकी संपर्क जानकारी है।

## The account

account-heading = आपका खाता
account-name = नाम
account-since = ग्राहक बनने की तारीख
logout-button = लॉगआउट करें
signing-out = लॉगआउट हो रहा है…
back-to-account = अपने खाते पर वापस जाएँ

sessions-heading = आपने कहाँ-कहाँ लॉगिन किया है
sessions-text = अगर आप इनमें से किसी को नहीं पहचानते, तो वहाँ से लॉगआउट करें।
this-browser = यह ब्राउज़र
unknown-device = अज्ञात ब्राउज़र
sign-out-there = वहाँ से लॉगआउट करें
known-browsers-heading = जाने-पहचाने ब्राउज़र
known-browsers-text = आपने इन ब्राउज़रों से लॉगिन किया है। “हर जगह से लॉगआउट करें” इस ब्राउज़र को छोड़कर बाकी सबको भूल जाता है।
last-sign-in = पिछला लॉगिन: { $time }
sign-out-everywhere = हर जगह से लॉगआउट करें
session = { $has_place ->
    [yes] { $place } से। लॉगिन का समय: { $since }। पिछली गतिविधि: { $ago }।
   *[no] लॉगिन का समय: { $since }। पिछली गतिविधि: { $ago }।
}
ago-now = अभी-अभी
ago-minutes = { $count } मिनट पहले
ago-hours = { $count } घंटे पहले
ago-days = { $count } दिन पहले

contact-heading = अपनी संपर्क जानकारी बदलें
contact-text = हम नए ईमेल पते या नंबर पर कोड भेजेंगे। कोड डालने पर आप बाकी हर जगह से लॉगआउट हो जाएँगे, और हम पुराने ईमेल पते या नंबर पर इसकी सूचना देंगे।
new-contact-label = { $kind ->
    [phone] नया मोबाइल नंबर
   *[email] नया ईमेल पता
}
contact-now = अभी { $contact } दर्ज है।
contact-none = अभी कोई दर्ज नहीं है।
new-contact-sent-to = { $alphabet ->
    [letters] अगर { $contact } को आपकी संपर्क जानकारी बनाया जा सकता है, तो हमने उस पर { $length } अक्षरों का कोड भेजा है।
   *[digits] अगर { $contact } को आपकी संपर्क जानकारी बनाया जा सकता है, तो हमने उस पर { $length } अंकों का कोड भेजा है।
}

step-up-heading = पुष्टि करें कि यह आप ही हैं
step-up-ask = इसके लिए हमें एक नया कोड चाहिए। हम उसे { $contact } पर भेजेंगे।
step-up-sent = हमने { $contact } पर कोड भेजा है।
step-up-none = इसके लिए हमें एक नया कोड चाहिए, लेकिन फ़िलहाल हम आपको कोड नहीं भेज सकते।

undo-heading = बदलाव वापस लें?
undo-changed = आपके खाते की संपर्क जानकारी { $old } से बदलकर { $new } कर दी गई थी। यह बटन दबाने पर पुरानी जानकारी वापस आ जाएगी और आप हर जगह से लॉगआउट हो जाएँगे।
undo-added = आपके खाते में नया संपर्क { $new } जोड़ा गया था। यह बटन दबाने पर वह हट जाएगा और आप हर जगह से लॉगआउट हो जाएँगे।
undo-all = यह बटन पिछले 24 घंटों में आपके संपर्क में हुए बाकी सभी बदलाव भी वापस कर देता है।
undo-button = बदलाव वापस लें
undo-calm = अगर यह बदलाव आपने किया है, तो आप यह पेज बंद कर सकते हैं।
undo-done-heading = बदलाव वापस ले लिया गया है
undo-done-text = आपकी संपर्क जानकारी फिर पहले जैसी है, और आपको हर जगह से लॉगआउट कर दिया गया है। यह देखने के लिए लॉगिन करें कि आपके खाते में कहाँ-कहाँ लॉगिन किया गया था।
dead-undo-text = यह 24 घंटे से ज़्यादा पुराना है, या इसका कोई हिस्सा गायब है। अगर आपने अपनी संपर्क जानकारी नहीं बदली, तो हमसे संपर्क करें।

## "This was not me"

not-me-heading = क्या यह आपने नहीं किया?
not-me-text = किसी ने { $contact } के लिए लॉगिन कोड मँगाया है। अगर यह आपने नहीं किया, तो बटन दबाएँ: कोड काम करना बंद कर देगा, और 24 घंटे तक { $contact } पर कोड केवल उन ब्राउज़रों से मँगाए जा सकेंगे, जिनसे पहले लॉगिन किया जा चुका है।
not-me-text-signed-in = आपके खाते में लॉगिन किए हुए किसी व्यक्ति ने { $contact } के लिए कोड मँगाया है। अगर यह आपने नहीं किया, तो बटन दबाएँ: सभी लोग लॉगआउट हो जाएँगे, कोड काम करना बंद कर देगा, और 24 घंटे तक { $contact } पर कोड केवल उन ब्राउज़रों से मँगाए जा सकेंगे, जिनसे उसके बाद लॉगिन किया जाएगा।
not-me-calm = अगर यह आपने किया है, तो आप यह पेज बंद कर सकते हैं। कोड के बिना कोई भी लॉगिन नहीं कर सकता।
not-me-button = यह मैंने नहीं किया
not-me-done-heading = हो गया
not-me-done-text = वह कोड अब काम नहीं करेगा। 24 घंटे तक { $contact } पर कोड केवल उन ब्राउज़रों से मँगाए जा सकेंगे, जिनसे पहले लॉगिन किया जा चुका है।
not-me-done-text-signed-out = आपके खाते से सभी को लॉगआउट कर दिया गया है। वह कोड अब काम नहीं करेगा। 24 घंटे तक { $contact } पर कोड केवल उन ब्राउज़रों से मँगाए जा सकेंगे, जिनसे पहले लॉगिन किया जा चुका है।
dead-link-heading = यह लिंक काम नहीं करता
dead-link-text = यह बहुत पुराना है, या इसका कोई हिस्सा गायब है। आपको कुछ करने की ज़रूरत नहीं है: कोड अपने आप काम करना बंद कर देते हैं।

## Pages with one button, for actions that a link alone must not trigger

confirm-resend-heading = नया कोड भेजें?
confirm-resend-text = हम कोड केवल तभी भेजते हैं, जब आप बटन दबाते हैं।
confirm-resend-back = कोड डालने पर वापस जाएँ
confirm-logout-heading = लॉगआउट करें?
confirm-logout-text = दोबारा लॉगिन करने के लिए आपको नए कोड की ज़रूरत होगी।

## Error pages

not-found-heading = पेज नहीं मिला
not-found-text = पता जाँचें, या पहले पेज से दोबारा शुरू करें।
cookies-blocked-heading = आपका ब्राउज़र कुकी रोक रहा है
cookies-blocked-text = कोड केवल उसी ब्राउज़र में काम करता है जिससे वह माँगा गया था, और हम उसे एक कुकी से पहचानते हैं। अपने ब्राउज़र की सेटिंग में इस साइट के लिए कुकी की अनुमति दें, फिर दोबारा शुरू करें।
forbidden-heading = हम इसे स्वीकार नहीं कर सके
forbidden-text = यह फ़ॉर्म हमारे अपने पेज से नहीं आया। कृपया पहले पेज से दोबारा शुरू करें।
misdirected-heading = यह सही पता नहीं है
misdirected-text = इस साइट का पता अलग है। उस लिंक को जाँचें, जिससे आप यहाँ पहुँचे।
malformed-heading = हम इसे पढ़ नहीं सके
too-large-heading = यह बहुत लंबा था
too-large-text = फ़ॉर्म तय सीमा से बड़ा था। कृपया दोबारा कोशिश करें।
not-allowed-heading = यहाँ ऐसा नहीं किया जा सकता
not-allowed-text = कृपया पहले पेज से दोबारा शुरू करें।
timeout-heading = इसमें बहुत समय लग गया
timeout-text = कनेक्शन बहुत धीमा था या टूट गया। कृपया दोबारा कोशिश करें।
unexpected-heading = कोई गड़बड़ी हुई
maintenance-heading = हम जल्द ही लौटेंगे
maintenance-text = हम अपनी साइट पर काम कर रहे हैं। कृपया कुछ मिनट बाद दोबारा कोशिश करें।

## Phrases for messages and pages

device = { $browser ->
    [none] { $system } पर कोई ब्राउज़र
   *[other] { $system } पर { $browser }
}
place = नेटवर्क { $network }

## Emails. $known states what is known about the browser: "both" $device and $place, one of them, or
## "none".

mail-hello = { $has_name ->
    [yes] नमस्ते { $name },
   *[no] नमस्ते,
}
mail-code-subject = { $purpose ->
    [step_up] पहचान की पुष्टि के लिए आपका { $brand } कोड ({ $time })
    [change_contact] संपर्क जानकारी बदलने के लिए आपका { $brand } कोड ({ $time })
   *[sign_in] आपका { $brand } लॉगिन कोड ({ $time })
}
mail-code-subject-with-code = { $purpose ->
    [step_up] { $code } पहचान की पुष्टि के लिए आपका { $brand } कोड है
    [change_contact] { $code } संपर्क जानकारी बदलने के लिए आपका { $brand } कोड है
   *[sign_in] { $code } आपका { $brand } लॉगिन कोड है
}
mail-code-title = { $brand } कोड
mail-code-intro = { $purpose ->
    [step_up] पहचान की पुष्टि के लिए आपका { $brand } कोड यह है:
    [change_contact] संपर्क जानकारी बदलने के लिए आपका { $brand } कोड यह है:
   *[sign_in] आपका { $brand } लॉगिन कोड यह है:
}
mail-code-use = इसे उसी पेज पर लिखें या पेस्ट करें, जहाँ से आपने इसे मँगाया था। यह { $minutes } मिनट तक मान्य है और केवल एक बार काम करता है।
mail-code-asked = { $known ->
    [both] यह कोड { $device } से ({ $place }) { $time } पर मँगाया गया।
    [device] यह कोड { $device } से { $time } पर मँगाया गया।
    [place] यह कोड { $place } से { $time } पर मँगाया गया।
   *[none] यह कोड { $time } पर मँगाया गया।
}
mail-code-not-you = अगर यह आपने नहीं किया, तो हमें यहाँ बताएँ:
mail-code-not-you-link = अगर यह आपने नहीं किया:
mail-code-never-asked = { $brand } की ओर से कोई भी आपसे यह कोड कभी नहीं माँगेगा।

mail-sign-in-subject = आपके { $brand } खाते में नया लॉगिन ({ $time })
mail-sign-in-title = आपके { $brand } खाते में नया लॉगिन
mail-sign-in-what = { $known ->
    [both] { $time } को { $device } से ({ $place }) आपके { $brand } खाते में लॉगिन किया गया।
    [device] { $time } को { $device } से आपके { $brand } खाते में लॉगिन किया गया।
    [place] { $time } को { $place } से आपके { $brand } खाते में लॉगिन किया गया।
   *[none] { $time } को आपके { $brand } खाते में लॉगिन किया गया।
}
mail-sign-in-you = अगर यह आपने किया है, तो आपको कुछ करने की ज़रूरत नहीं है।
mail-sign-in-not-you = अगर यह आपने नहीं किया, तो { $sign_in_url } पर लॉगिन करके फिर लॉगआउट करें, और उसके बाद { $brand } से संपर्क करें: हो सकता है कि कोई और आपके संदेश पढ़ पा रहा हो।

mail-changed-subject = आपकी { $brand } संपर्क जानकारी बदली गई ({ $time })
mail-changed-title = आपकी { $brand } संपर्क जानकारी बदली गई
mail-changed-what = { $known ->
    [both] { $time } को { $device } से ({ $place }) आपके { $brand } खाते की संपर्क जानकारी बदलकर { $new_contact } कर दी गई। अब से लॉगिन कोड वहीं भेजे जाएँगे।
    [device] { $time } को { $device } से आपके { $brand } खाते की संपर्क जानकारी बदलकर { $new_contact } कर दी गई। अब से लॉगिन कोड वहीं भेजे जाएँगे।
    [place] { $time } को { $place } से आपके { $brand } खाते की संपर्क जानकारी बदलकर { $new_contact } कर दी गई। अब से लॉगिन कोड वहीं भेजे जाएँगे।
   *[none] { $time } को आपके { $brand } खाते की संपर्क जानकारी बदलकर { $new_contact } कर दी गई। अब से लॉगिन कोड वहीं भेजे जाएँगे।
}
mail-changed-you = अगर यह आपने किया है, तो आपको कुछ करने की ज़रूरत नहीं है।
mail-changed-not-you = अगर यह आपने नहीं किया, तो तुरंत { $brand } से संपर्क करें: हो सकता है कि कोई और { $sign_in_url } पर आपके खाते में लॉगिन कर सके।
mail-changed-undo = अगर यह आपने नहीं किया, तो 24 घंटे के अंदर यहाँ बदलाव वापस लें और तुरंत { $brand } से संपर्क करें: हो सकता है कि कोई और { $sign_in_url } पर आपके खाते में लॉगिन कर सके।

## Text messages. They are billed by length: a segment has 160 characters of GSM-7, or 70 with any
## other character.

# sms-code: at most 44 characters with a brand of 13 characters, so that it fits one segment with
# the last line.
sms-code = { $purpose ->
    [step_up] { $code } { $brand } पुष्टि कोड, { $minutes } मिनट वैध
    [change_contact] { $code } { $brand } संपर्क कोड, { $minutes } मिनट वैध
   *[sign_in] { $code } { $brand } लॉगिन कोड, { $minutes } मिनट वैध
}
sms-sign-in = { $has_device ->
    [yes] { $brand }: { $device } से नया लॉगिन, { $time }। आपने नहीं किया? { $host } खोलें
   *[no] { $brand }: नया लॉगिन, { $time }। आपने नहीं किया? { $host } खोलें
}
sms-changed = { $brand }: आपकी संपर्क जानकारी अब { $new_contact } है। आपने नहीं बदली? { $way }
sms-open = { $host } खोलें
