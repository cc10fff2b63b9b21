## On every page

problem-heading = توجد مشكلة
error-title = خطأ: { $title }
skip-link = الانتقال إلى المحتوى الرئيسي
start-again = الانتقال إلى صفحة البداية
one-moment = لحظة من فضلك…
offline = أنت غير متصل بالإنترنت. ما كتبته محفوظ: حاول مجددًا عند عودة الاتصال.
language-label = اللغة
help-contact = المساعدة
legal-privacy = الخصوصية
legal-terms = الشروط
legal-imprint = إشعار قانوني

## The request screen

request-heading = تسجيل الدخول إلى حسابك
request-intro = سنرسل إليك رمزًا لتسجيل الدخول. لا حاجة إلى كلمة مرور.
contact-type-legend = كيف نرسل إليك الرمز؟
contact-type = { $kind ->
    [phone] رسالة نصية
   *[email] بريد إلكتروني
}
contact-label = { $kind ->
    [phone] رقم الهاتف المحمول
   *[email] عنوان البريد الإلكتروني
}
contact-hint = { $kind ->
    [phone] أدخل الرقم المسجّل في حسابك، مثل { $example }. إذا كان الرقم من دولة أخرى، فابدأ بعلامة + ثم رمز الدولة.
   *[email] أدخل العنوان المسجّل في حسابك.
}
contact-example = { $kind ->
    [phone] { $example }
   *[email] you@example.com
}
contact-suggestion = هل تقصد { $contact }؟
remember-contact = تذكُّر هذه البيانات على جهازي
remember-hint = لا تحدّد هذا الخيار على جهاز يستخدمه آخرون.
request-button = إرسال الرمز
sending = جارٍ الإرسال…
email-quicker = البريد الإلكتروني أسرع في الوقت الحالي.
texts-known-only = في الوقت الحالي، لا نرسل رسائل نصية إلا إذا طُلبت من متصفح سبق تسجيل الدخول منه.
channel-down = { $kind ->
    [phone] لا يمكن إرسال الرسائل النصية في الوقت الحالي.
   *[email] لا يمكن إرسال رسائل البريد الإلكتروني في الوقت الحالي.
}
pending = طلبت إرسال رمز إلى { $contact } الساعة { $time }.
pending-link = إدخال ذلك الرمز
pending-label = تسجيل دخول قيد التنفيذ
contact-not-sent = أنت غير متصل بالإنترنت أو انقطع الاتصال. بياناتك ما زالت في الحقل.
widget-hint = عند تفعيل JavaScript، يمكنك أيضًا اجتياز هذا التحقق والمحاولة مجددًا على الفور.
proving = جارٍ التحقق من متصفحك: { $percent }%
proving-started = جارٍ التحقق من متصفحك. يستغرق ذلك بضع ثوانٍ.

## The verify screen

verify-heading = { $kind ->
    [phone] تحقّق من هاتفك
   *[email] تحقّق من بريدك الإلكتروني
}
code-sent-to = { $alphabet ->
    [letters] إذا كان { $contact } مسجّلًا في أحد الحسابات، فقد أرسلنا إليه رمزًا من { $length ->
        [zero] { $length } حرف
        [one] حرف واحد
        [two] حرفين
        [few] { $length } أحرف
        [many] { $length } حرفًا
       *[other] { $length } حرف
    }.
   *[digits] إذا كان { $contact } مسجّلًا في أحد الحسابات، فقد أرسلنا إليه رمزًا من { $length ->
        [zero] { $length } رقم
        [one] رقم واحد
        [two] رقمين
        [few] { $length } أرقام
        [many] { $length } رقمًا
       *[other] { $length } رقم
    }.
}
code-sent-to-other = { $kind ->
    [phone] أرسلنا رمزًا إلى رقم الهاتف المحمول المسجّل في حسابك.
   *[email] أرسلنا رمزًا إلى عنوان البريد الإلكتروني المسجّل في حسابك.
}
code-label = { $alphabet ->
    [letters] رمز من { $length ->
        [zero] { $length } حرف
        [one] حرف واحد
        [two] حرفين
        [few] { $length } أحرف
        [many] { $length } حرفًا
       *[other] { $length } حرف
    }
   *[digits] رمز من { $length ->
        [zero] { $length } رقم
        [one] رقم واحد
        [two] رقمين
        [few] { $length } أرقام
        [many] { $length } رقمًا
       *[other] { $length } رقم
    }
}
code-hint = اكتب الرمز، أو الصقه، أو الصق الرسالة كاملة.
code-hint-interactive = إذا لصقته أو أدخله هاتفك تلقائيًا، فسنتحقق منه فورًا.
# The code is in Latin letters. Most readers do not know which of them are vowels, so the text names
# two.
letters-hint = يتكوّن الرمز من أحرف إنجليزية فقط، كبيرة أو صغيرة: بلا أرقام، وبلا أحرف متحركة مثل A أو E.
verify-button = متابعة
checking = جارٍ التحقق…
attempts = المحاولات المتبقية: { $count }
works-until = الرمز صالح حتى الساعة { $time }
five-minutes-left = تبقّت 5 دقائق لإدخال الرمز.
one-minute-left = تبقّت دقيقة واحدة لإدخال الرمز.
thirty-seconds-left = تبقّت 30 ثانية لإدخال الرمز.
help-heading = لم يصلك الرمز؟
resend-button = إرسال رمز جديد
resend-after = يمكنك إرسال رمز جديد بعد الساعة { $time }
resend-now = يمكنك إرسال رمز جديد الآن.
resend-used-up = لقد طلبت جميع الرموز المتاحة لتسجيل الدخول هذا. يمكنك طلب رمز آخر بعد الساعة { $time }.
switch-button = { $kind ->
    [phone] إرساله برسالة نصية بدلًا من ذلك
   *[email] إرساله بالبريد الإلكتروني بدلًا من ذلك
}
change-button = { $kind ->
    [phone] استخدام رقم هاتف محمول آخر
   *[email] استخدام عنوان بريد إلكتروني آخر
}
never-asked = لن نتصل بك أو نراسلك أبدًا لنطلب منك هذا الرمز.
exhausted-heading = لا يمكنك تسجيل الدخول بهذا الرمز
exhausted-button = طلب رمز جديد
code-not-sent = أنت غير متصل بالإنترنت أو انقطع الاتصال. الرمز الذي أدخلته ما زال في الحقل.

## The delivery status of the message

delivery-pending = { $kind ->
    [phone] قد يستغرق وصوله دقيقة.
   *[email] قد يستغرق وصوله بضع دقائق. تحقّق من مجلد الرسائل غير المرغوب فيها.
}
delivery-sent = { $kind ->
    [phone] تم الإرسال. قد يستغرق الوصول دقيقة.
   *[email] تم الإرسال. قد يستغرق الوصول بضع دقائق. تحقّق من مجلد الرسائل غير المرغوب فيها.
}
delivery-delivered = { $kind ->
    [phone] وصلت الرسالة إلى هاتفك.
   *[email] وصلت الرسالة. تحقّق أيضًا من مجلد الرسائل غير المرغوب فيها.
}
delivery-overdue = { $kind ->
    [phone] لم يصلك شيء بعد؟ تحقّق من الرقم ومن إشارة هاتفك، أو اطلب رمزًا جديدًا.
   *[email] لم يصلك شيء بعد؟ تحقّق من العنوان ومن مجلد الرسائل غير المرغوب فيها، أو اطلب رمزًا جديدًا.
}
failed-no-such-address = { $kind ->
    [phone] هذا الرقم غير موجود. تأكد من كتابته بشكل صحيح.
   *[email] عنوان البريد الإلكتروني هذا غير موجود. تأكد من كتابته بشكل صحيح.
}
failed-not-mobile = يبدو أن هذا رقم هاتف أرضي.
failed-blocked = { $kind ->
    [phone] رسائلنا محظورة على هاتفك أو من شبكة الاتصال.
   *[email] رفض مزوّد بريدك الإلكتروني رسالتنا.
}
failed-unreachable = { $kind ->
    [phone] هاتفك مغلق أو لا توجد إشارة.
   *[email] صندوق بريدك ممتلئ أو معطّل.
}
failed-country-not-allowed = لا يمكننا إرسال رسائل نصية إلى أرقام هذه الدولة.
failed-sms-budget-spent = لا يمكننا إرسال رسائل نصية في الوقت الحالي.
failed-other = لم نتمكن من توصيل الرسالة.
way-on-switch = { $kind ->
    [phone] هل تريد استلام الرمز برسالة نصية؟
   *[email] هل تريد استلام الرمز بالبريد الإلكتروني؟
}
way-on-again = اطلب رمزًا جديدًا، أو استخدم وسيلة تواصل أخرى.
way-on-different = استخدم وسيلة تواصل أخرى.

## Errors of forms

error-contact-missing = يُرجى إدخال بيانات التواصل.
error-contact-invalid = { $kind ->
    [phone] أدخل رقم هاتف محمول، مثل { $example }.
   *[email] أدخل عنوان بريد إلكتروني بالصيغة الصحيحة، مثل name@example.com.
}
error-country-not-allowed = لا يمكننا إرسال رسائل نصية إلى أرقام هذه الدولة. يُرجى اختيار البريد الإلكتروني.
error-not-mobile = يبدو أن هذا رقم هاتف أرضي. هل تريد استلام الرمز بالبريد الإلكتروني؟
error-sms-budget-spent = لا يمكننا في الوقت الحالي إرسال رسائل نصية تُطلب من متصفح جديد. يُرجى اختيار البريد الإلكتروني.
error-customer-not-found = لم نعثر على عميل ببيانات التواصل هذه.
error-code-malformed = { $alphabet ->
    [letters] يُرجى إدخال رمز صحيح من { $length ->
        [zero] { $length } حرف
        [one] حرف واحد
        [two] حرفين
        [few] { $length } أحرف
        [many] { $length } حرفًا
       *[other] { $length } حرف
    }.
   *[digits] يُرجى إدخال رمز صحيح من { $length ->
        [zero] { $length } رقم
        [one] رقم واحد
        [two] رقمين
        [few] { $length } أرقام
        [many] { $length } رقمًا
       *[other] { $length } رقم
    }.
}
error-code-expired = انتهت صلاحية الرمز. يُرجى طلب رمز جديد.
error-code-invalid = الرمز غير صحيح. المحاولات المتبقية: { $count }
error-code-exhausted = الرمز غير صحيح. لم تتبقَّ أي محاولة. يُرجى طلب رمز جديد.
error-code-escalated = لم يعد هذا الرمز صالحًا، فقد أُدخلت رموز خاطئة مرات كثيرة. يُرجى طلب رمز جديد: سيتكوّن من أحرف بدلًا من الأرقام.
error-browser-limit = عدد المحاولات كبير جدًا. يمكنك المحاولة مجددًا { $when }.
error-contact-limit = لقد أرسلنا عدة رموز إلى هناك بالفعل. يمكنك طلب الرمز التالي { $when }.
error-network-limit = وردت طلبات كثيرة جدًا من شبكتك. يمكنك المحاولة مجددًا { $when }.
error-global-limit = يطلب عدد كبير جدًا من الأشخاص رموزًا الآن. يمكنك المحاولة مجددًا { $when }.
error-captcha-required = طُلبت رموز كثيرة من شبكتك. يمكنك طلب الرمز التالي { $when }.
error-cooldown = يمكنك طلب رمز آخر { $when }.
error-session-expired = انتهت صلاحية الجلسة. يُرجى طلب الرمز من جديد.
error-malformed = تعذّرت علينا قراءة ذلك. يُرجى المحاولة مجددًا.
error-send-failed = تعذّر إرسال الرمز. يُرجى المحاولة مجددًا. الرقم المرجعي: { $id }
error-unexpected = حدث خطأ من جانبنا. يُرجى المحاولة مجددًا. الرقم المرجعي: { $id }

in-seconds = { $count ->
    [zero] بعد { $count } ثانية
    [one] بعد ثانية واحدة
    [two] بعد ثانيتين
    [few] بعد { $count } ثوانٍ
    [many] بعد { $count } ثانية
   *[other] بعد { $count } ثانية
}
in-minutes = { $count ->
    [zero] بعد { $count } دقيقة
    [one] بعد دقيقة واحدة
    [two] بعد دقيقتين
    [few] بعد { $count } دقائق
    [many] بعد { $count } دقيقة
   *[other] بعد { $count } دقيقة
}
in-hours = { $count ->
    [zero] بعد { $count } ساعة
    [one] بعد ساعة واحدة
    [two] بعد ساعتين
    [few] بعد { $count } ساعات
    [many] بعد { $count } ساعة
   *[other] بعد { $count } ساعة
}
in-days = { $count ->
    [zero] بعد { $count } يوم
    [one] بعد يوم واحد
    [two] بعد يومين
    [few] بعد { $count } أيام
    [many] بعد { $count } يومًا
   *[other] بعد { $count } يوم
}

## Flash messages

notice-code-sent = تم إرسال الرمز بنجاح.
notice-code-resent = تم إرسال الرمز بنجاح. تبقى الرموز السابقة لتسجيل الدخول هذا صالحة أيضًا حتى انتهاء مدتها.
notice-signed-in = تم تسجيل دخولك.
notice-signed-out = تم تسجيل خروجك.
notice-signed-out-everywhere = تم تسجيل خروجك من جميع الأجهزة.
notice-session-ended = تم تسجيل خروجك من هناك.
notice-contact-changed = تم تغيير وسيلة التواصل الخاصة بك، وتم تسجيل خروجك من جميع الأجهزة الأخرى.
notice-contact-unchanged = هذه هي وسيلة التواصل الخاصة بك بالفعل.

## The account

account-heading = حسابك
account-name = الاسم
account-since = عميل منذ
logout-button = تسجيل الخروج
signing-out = جارٍ تسجيل الخروج…
back-to-account = العودة إلى حسابك

sessions-heading = أين سجّلت الدخول
sessions-text = إذا لم تتعرّف على أحد هذه المتصفحات، فسجّل الخروج منه.
this-browser = هذا المتصفح
unknown-device = متصفح غير معروف
sign-out-there = تسجيل الخروج من هناك
known-browsers-heading = المتصفحات المعروفة
known-browsers-text = سجّلت الدخول من هذه المتصفحات. يؤدي «تسجيل الخروج من جميع الأجهزة» إلى نسيانها جميعًا ما عدا هذا المتصفح.
last-sign-in = آخر تسجيل دخول: { $time }
sign-out-everywhere = تسجيل الخروج من جميع الأجهزة
session = { $has_place ->
    [yes] من { $place }. وقت تسجيل الدخول: { $since }. آخر نشاط: { $ago }.
   *[no] وقت تسجيل الدخول: { $since }. آخر نشاط: { $ago }.
}
ago-now = الآن
ago-minutes = { $count ->
    [zero] قبل { $count } دقيقة
    [one] قبل دقيقة واحدة
    [two] قبل دقيقتين
    [few] قبل { $count } دقائق
    [many] قبل { $count } دقيقة
   *[other] قبل { $count } دقيقة
}
ago-hours = { $count ->
    [zero] قبل { $count } ساعة
    [one] قبل ساعة واحدة
    [two] قبل ساعتين
    [few] قبل { $count } ساعات
    [many] قبل { $count } ساعة
   *[other] قبل { $count } ساعة
}
ago-days = { $count ->
    [zero] قبل { $count } يوم
    [one] قبل يوم واحد
    [two] قبل يومين
    [few] قبل { $count } أيام
    [many] قبل { $count } يومًا
   *[other] قبل { $count } يوم
}

contact-heading = تغيير وسيلة التواصل
contact-text = سنرسل رمزًا إلى وسيلة التواصل الجديدة. عند إدخال الرمز، يُسجَّل خروجك من جميع الأجهزة الأخرى، ونرسل إشعارًا إلى وسيلة التواصل القديمة.
new-contact-label = { $kind ->
    [phone] رقم الهاتف المحمول الجديد
   *[email] عنوان البريد الإلكتروني الجديد
}
contact-now = المسجّل حاليًا: { $contact }.
contact-none = لا توجد وسيلة تواصل مسجّلة بعد.
new-contact-sent-to = { $alphabet ->
    [letters] إذا كان بالإمكان اعتماد { $contact } وسيلة تواصل لك، فقد أرسلنا إليه رمزًا من { $length ->
        [zero] { $length } حرف
        [one] حرف واحد
        [two] حرفين
        [few] { $length } أحرف
        [many] { $length } حرفًا
       *[other] { $length } حرف
    }.
   *[digits] إذا كان بالإمكان اعتماد { $contact } وسيلة تواصل لك، فقد أرسلنا إليه رمزًا من { $length ->
        [zero] { $length } رقم
        [one] رقم واحد
        [two] رقمين
        [few] { $length } أرقام
        [many] { $length } رقمًا
       *[other] { $length } رقم
    }.
}

step-up-heading = تأكيد هويتك
step-up-ask = نحتاج لذلك إلى رمز جديد. سنرسله إلى { $contact }.
step-up-sent = أرسلنا رمزًا إلى { $contact }.
step-up-none = نحتاج لذلك إلى رمز جديد، ولا يمكننا إرسال رمز إليك في الوقت الحالي.

undo-heading = هل تريد التراجع عن التغيير؟
undo-changed = تم تغيير وسيلة التواصل في حسابك من { $old } إلى { $new }. يعيدها هذا الزر إلى ما كانت عليه، ويُسجِّل خروجك من جميع الأجهزة.
undo-added = تمت إضافة وسيلة التواصل { $new } إلى حسابك. يزيلها هذا الزر، ويُسجِّل خروجك من جميع الأجهزة.
undo-all = يلغي الزر أيضًا كل تغيير آخر في بيانات الاتصال الخاصة بك خلال آخر 24 ساعة.
undo-button = التراجع عن التغيير
undo-calm = إذا كنت أنت من أجرى التغيير، فيمكنك إغلاق هذه الصفحة.
undo-done-heading = تم التراجع عن التغيير
undo-done-text = عادت وسيلة التواصل الخاصة بك إلى ما كانت عليه، وتم تسجيل خروجك من جميع الأجهزة. سجّل الدخول لمعرفة الأماكن التي سُجّل الدخول منها إلى حسابك.
dead-undo-text = مضى عليه أكثر من 24 ساعة، أو أن جزءًا منه مفقود. إذا لم تغيّر وسيلة التواصل الخاصة بك، فتواصل معنا.

## "This was not me"

not-me-heading = ألم تطلب هذا الرمز؟
not-me-text = طلب شخص ما إرسال رمز تسجيل دخول إلى { $contact }. إذا لم تكن أنت، فاضغط على الزر: سيتوقف الرمز عن العمل، ولمدة 24 ساعة لن تُرسَل الرموز إلى { $contact } إلا إذا طُلبت من متصفح سبق تسجيل الدخول منه.
not-me-text-signed-in = طلب شخص مسجّل الدخول إلى حسابك إرسال رمز إلى { $contact }. إذا لم تكن أنت، فاضغط على الزر: سيُسجَّل خروج الجميع، وسيتوقف الرمز عن العمل، ولمدة 24 ساعة لن تُرسَل الرموز إلى { $contact } إلا إذا طُلبت من متصفح سُجّل الدخول منه بعد ذلك.
not-me-calm = إذا كنت أنت من طلبه، فيمكنك إغلاق هذه الصفحة. لا يمكن لأحد تسجيل الدخول من دون الرمز.
not-me-button = لم أطلب هذا الرمز
not-me-done-heading = تم
not-me-done-text = لم يعد الرمز صالحًا. لمدة 24 ساعة لن تُرسَل الرموز إلى { $contact } إلا إذا طُلبت من متصفح سبق تسجيل الدخول منه.
not-me-done-text-signed-out = تم تسجيل خروج الجميع من حسابك. لم يعد الرمز صالحًا. لمدة 24 ساعة لن تُرسَل الرموز إلى { $contact } إلا إذا طُلبت من متصفح سبق تسجيل الدخول منه.
dead-link-heading = هذا الرابط لا يعمل
dead-link-text = الرابط قديم جدًا، أو أن جزءًا منه مفقود. لا يلزمك فعل أي شيء: تتوقف الرموز عن العمل تلقائيًا.

## Pages with one button, for actions that a link alone must not trigger

confirm-resend-heading = هل تريد إرسال رمز جديد؟
confirm-resend-text = لا نرسل رمزًا إلا عندما تضغط على الزر.
confirm-resend-back = العودة إلى إدخال الرمز
confirm-logout-heading = هل تريد تسجيل الخروج؟
confirm-logout-text = ستحتاج إلى رمز جديد لتسجيل الدخول مرة أخرى.

## Error pages

not-found-heading = الصفحة غير موجودة
not-found-text = تحقّق من العنوان، أو ابدأ من جديد من الصفحة الأولى.
cookies-blocked-heading = متصفحك يحظر ملفات تعريف الارتباط
cookies-blocked-text = لا يعمل الرمز إلا في المتصفح الذي طلبه، ونتعرف على هذا المتصفح من خلال ملف تعريف ارتباط. اسمح بملفات تعريف الارتباط لهذا الموقع في إعدادات متصفحك، ثم ابدأ من جديد.
forbidden-heading = لم نتمكن من قبول ذلك
forbidden-text = لم يصل النموذج من صفحتنا. يُرجى البدء من جديد من الصفحة الأولى.
misdirected-heading = هذا ليس العنوان الصحيح
misdirected-text = لهذا الموقع عنوان آخر. تحقّق من الرابط الذي أوصلك إلى هنا.
malformed-heading = تعذّرت علينا قراءة ذلك
too-large-heading = كان ذلك أطول من اللازم
too-large-text = كان النموذج أكبر مما نقبله. يُرجى المحاولة مجددًا.
not-allowed-heading = هذا غير ممكن هنا
not-allowed-text = يُرجى البدء من جديد من الصفحة الأولى.
timeout-heading = استغرق ذلك وقتًا طويلًا
timeout-text = كان الاتصال بطيئًا جدًا أو انقطع. يُرجى المحاولة مجددًا.
unexpected-heading = حدث خطأ ما
maintenance-heading = سنعود قريبًا
maintenance-text = نعمل حاليًا على موقعنا. يُرجى المحاولة مجددًا بعد بضع دقائق.

## Phrases for messages and pages

device = { $browser ->
    [none] متصفح على { $system }
   *[other] { $browser } على { $system }
}
place = الشبكة { $network }

## Emails. $known states what is known about the browser: "both" $device and $place, one of them, or
## "none".

mail-hello = { $has_name ->
    [yes] مرحبًا { $name }،
   *[no] مرحبًا،
}
mail-code-subject = { $purpose ->
    [step_up] رمز { $brand } لتأكيد هويتك ({ $time })
    [change_contact] رمز { $brand } لتغيير وسيلة التواصل ({ $time })
   *[sign_in] رمز تسجيل دخولك إلى { $brand } ({ $time })
}
mail-code-subject-with-code = { $purpose ->
    [step_up] { $code } هو رمز { $brand } لتأكيد هويتك
    [change_contact] { $code } هو رمز { $brand } لتغيير وسيلة التواصل
   *[sign_in] { $code } هو رمز تسجيل دخولك إلى { $brand }
}
mail-code-title = رمز { $brand }
mail-code-intro = { $purpose ->
    [step_up] إليك رمز { $brand } لتأكيد هويتك:
    [change_contact] إليك رمز { $brand } لتغيير وسيلة التواصل:
   *[sign_in] إليك رمز تسجيل دخولك إلى { $brand }:
}
mail-code-use = { $minutes ->
    [zero] اكتبه أو الصقه في الصفحة التي طلبته منها. الرمز صالح لمدة { $minutes } دقيقة، ولمرة واحدة فقط.
    [one] اكتبه أو الصقه في الصفحة التي طلبته منها. الرمز صالح لمدة دقيقة واحدة، ولمرة واحدة فقط.
    [two] اكتبه أو الصقه في الصفحة التي طلبته منها. الرمز صالح لمدة دقيقتين، ولمرة واحدة فقط.
    [few] اكتبه أو الصقه في الصفحة التي طلبته منها. الرمز صالح لمدة { $minutes } دقائق، ولمرة واحدة فقط.
    [many] اكتبه أو الصقه في الصفحة التي طلبته منها. الرمز صالح لمدة { $minutes } دقيقة، ولمرة واحدة فقط.
   *[other] اكتبه أو الصقه في الصفحة التي طلبته منها. الرمز صالح لمدة { $minutes } دقيقة، ولمرة واحدة فقط.
}
mail-code-asked = { $known ->
    [both] طُلب الرمز الساعة { $time } من { $device } ({ $place }).
    [device] طُلب الرمز الساعة { $time } من { $device }.
    [place] طُلب الرمز الساعة { $time } من { $place }.
   *[none] طُلب الرمز الساعة { $time }.
}
mail-code-not-you = إذا لم تطلب هذا الرمز، فأخبرنا هنا:
mail-code-not-you-link = إذا لم تطلب هذا الرمز:
mail-code-never-asked = لن يطلب منك أي شخص من { $brand } هذا الرمز أبدًا.

mail-sign-in-subject = تسجيل دخول جديد إلى حسابك لدى { $brand } ({ $time })
mail-sign-in-title = تسجيل دخول جديد إلى حسابك لدى { $brand }
mail-sign-in-what = { $known ->
    [both] تم تسجيل الدخول إلى حسابك لدى { $brand } بتاريخ { $time } من { $device } ({ $place }).
    [device] تم تسجيل الدخول إلى حسابك لدى { $brand } بتاريخ { $time } من { $device }.
    [place] تم تسجيل الدخول إلى حسابك لدى { $brand } بتاريخ { $time } من { $place }.
   *[none] تم تسجيل الدخول إلى حسابك لدى { $brand } بتاريخ { $time }.
}
mail-sign-in-you = إذا كنت أنت من سجّل الدخول، فلا يلزمك فعل أي شيء.
mail-sign-in-not-you = إذا لم تكن أنت، فسجّل الدخول عبر { $sign_in_url } ثم سجّل الخروج، وبعد ذلك تواصل مع { $brand }: فقد يكون شخص آخر قادرًا على قراءة رسائلك.

mail-changed-subject = تم تغيير وسيلة التواصل الخاصة بك لدى { $brand } ({ $time })
mail-changed-title = تم تغيير وسيلة التواصل الخاصة بك لدى { $brand }
mail-changed-what = { $known ->
    [both] تم تغيير وسيلة التواصل في حسابك لدى { $brand } إلى { $new_contact } بتاريخ { $time } من { $device } ({ $place }). من الآن فصاعدًا، ستُرسَل رموز تسجيل الدخول إلى هناك.
    [device] تم تغيير وسيلة التواصل في حسابك لدى { $brand } إلى { $new_contact } بتاريخ { $time } من { $device }. من الآن فصاعدًا، ستُرسَل رموز تسجيل الدخول إلى هناك.
    [place] تم تغيير وسيلة التواصل في حسابك لدى { $brand } إلى { $new_contact } بتاريخ { $time } من { $place }. من الآن فصاعدًا، ستُرسَل رموز تسجيل الدخول إلى هناك.
   *[none] تم تغيير وسيلة التواصل في حسابك لدى { $brand } إلى { $new_contact } بتاريخ { $time }. من الآن فصاعدًا، ستُرسَل رموز تسجيل الدخول إلى هناك.
}
mail-changed-you = إذا كنت أنت من طلب ذلك، فلا يلزمك فعل أي شيء.
mail-changed-not-you = إذا لم تطلب ذلك، فتواصل مع { $brand } فورًا: فقد يكون شخص آخر قادرًا على تسجيل الدخول إلى حسابك عبر { $sign_in_url }.
mail-changed-undo = إذا لم تطلب ذلك، فتراجع عن التغيير هنا خلال 24 ساعة، وتواصل مع { $brand } فورًا: فقد يكون شخص آخر قادرًا على تسجيل الدخول إلى حسابك عبر { $sign_in_url }.

## Text messages. They are billed by length: a segment has 160 characters of GSM-7, or 70 with any
## other character.

# sms-code: at most 44 characters with a brand of 13 characters and 5 minutes, so that it fits one
# segment with the last line.
# "change_contact" says "your number", because by text message that code is sent only to the new
# number.
sms-code = { $purpose ->
    [step_up] { $minutes ->
        [zero] { $code } رمز تأكيد { $brand }، يسري { $minutes } دقيقة
        [one] { $code } رمز تأكيد { $brand }، يسري دقيقة
        [two] { $code } رمز تأكيد { $brand }، يسري دقيقتين
        [few] { $code } رمز تأكيد { $brand }، يسري { $minutes } دقائق
        [many] { $code } رمز تأكيد { $brand }، يسري { $minutes } دقيقة
       *[other] { $code } رمز تأكيد { $brand }، يسري { $minutes } دقيقة
    }
    [change_contact] { $minutes ->
        [zero] { $code } لتأكيد رقمك في { $brand }، { $minutes } دقيقة
        [one] { $code } لتأكيد رقمك في { $brand }، لدقيقة
        [two] { $code } لتأكيد رقمك في { $brand }، لدقيقتين
        [few] { $code } لتأكيد رقمك في { $brand }، { $minutes } دقائق
        [many] { $code } لتأكيد رقمك في { $brand }، { $minutes } دقيقة
       *[other] { $code } لتأكيد رقمك في { $brand }، { $minutes } دقيقة
    }
   *[sign_in] { $minutes ->
        [zero] { $code } رمز دخول { $brand }، يسري { $minutes } دقيقة
        [one] { $code } رمز دخول { $brand }، يسري دقيقة
        [two] { $code } رمز دخول { $brand }، يسري دقيقتين
        [few] { $code } رمز دخول { $brand }، يسري { $minutes } دقائق
        [many] { $code } رمز دخول { $brand }، يسري { $minutes } دقيقة
       *[other] { $code } رمز دخول { $brand }، يسري { $minutes } دقيقة
    }
}
sms-sign-in = { $has_device ->
    [yes] دخول جديد إلى { $brand } من { $device }، { $time }. لست أنت؟ افتح { $host }
   *[no] دخول جديد إلى { $brand }، { $time }. لست أنت؟ افتح { $host }
}
sms-changed = وسيلة تواصلك لدى { $brand } الآن { $new_contact }. لم تغيّرها؟ { $way }
sms-open = افتح { $host }
