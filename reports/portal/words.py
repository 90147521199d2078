"""What the portal says, in both languages; names of codes and most labels are those of the report."""

from collections.abc import Iterable

from inventory.text import Language, Text
from reports.words import CODES, LABELS

WORDS: dict[str, Text] = {
    name: Text(zh=zh, en=en)
    for name, (zh, en) in {
        "portal": ("城鉴 合规自查门户", "Chengjian compliance portal"),
        "brand": ("城鉴", "Chengjian"),
        "skip": ("跳到正文", "Skip to content"),
        "home": ("总览", "Overview"),
        "findings_page": ("问题", "Findings"),
        "clauses_page": ("条款", "Clauses"),
        "compare_page": ("对比", "Compare"),
        "waivers_page": ("豁免", "Waivers"),
        "scope_page": ("范围", "Scope"),
        "schedule_page": ("计划", "Schedule"),
        "downloads_page": ("下载", "Downloads"),
        "search": ("搜索", "Search"),
        "search_hint": ("地址、资产名称、规则或编号", "address, asset name, rule or id"),
        "log_in": ("登录", "Log in"),
        "log_out": ("退出", "Log out"),
        "account": ("账户", "Account"),
        "account_name": ("账户名", "Account"),
        "password": ("口令", "Password"),
        "wrong_login": ("账户名或口令不正确。", "The account or the password is wrong."),
        "must_wait": ("失败次数过多，请15分钟后再试。", "Too many failures. Try again in 15 minutes."),
        "logged_in": ("已登录", "Logged in"),
        "go_on": ("继续", "Go on"),
        "sign_on_failed": ("统一身份认证未成功，请重试。", "Logging in with the provider did not succeed. Try again."),
        "sign_on_no_role": (
            "您的身份未获准使用本门户，请联系管理员。",
            "Your identity gives no access to this portal. Ask its operator.",
        ),
        "sign_on_unreachable": ("暂时无法连接统一身份认证。", "The provider cannot be reached at the moment."),
        "password_elsewhere": ("口令由统一身份认证管理。", "The password is kept by the provider."),
        "other_language": ("English", "中文"),
        "role": ("角色", "Role"),
        "role_officer": ("主管", "officer"),
        "role_auditor": ("审核", "auditor"),
        "role_vendor": ("厂商", "vendor"),
        "sees": ("可见范围", "May see"),
        "everything": ("全部", "everything"),
        "old_password": ("当前口令", "Current password"),
        "new_password": ("新口令（至少12位）", "New password (12 characters or more)"),
        "change_password": ("修改口令", "Change password"),
        "password_changed": ("口令已修改，请重新登录。", "The password was changed. Please log in again."),
        "forbidden": ("您的账户无权查看此页。", "Your account may not see this page."),
        "missing": ("没有此内容，或您的账户无权查看。", "There is no such thing, or your account may not see it."),
        "bad_token": ("表单已过期，请返回重试。", "The form has expired. Go back and try again."),
        "nothing_published": ("尚未发布任何扫描报告。", "No report has been published yet."),
        "nothing_here": ("没有符合条件的内容。", "Nothing matches."),
        "unregistered_unit": ("未归属", "unassigned"),
        "cities": ("地市", "Cities"),
        "departments": ("部门", "Departments"),
        "systems": ("系统", "Systems"),
        "district": ("县区", "District"),
        "by_district": ("分县区得分", "By district"),
        "days_left": ("{number}天后到期", "{number} days left"),
        "all_day": ("全天", "all day"),
        "ordered_by": (
            "按高、中、低风险问题数排序，最差在前。",
            "Ordered by findings of high, medium and low severity, the worst first.",
        ),
        "lowest_of": ("{number}个县区中最低", "lowest of {number} districts"),
        "worst_departments": ("问题最多的部门", "Departments with most to do"),
        "as_of": ("截至", "As of"),
        "scan": ("扫描", "Scan"),
        "grade_of": ("等级", "Grade"),
        "high": ("高", "High"),
        "medium": ("中", "Medium"),
        "low": ("低", "Low"),
        "worst_findings": ("最严重的问题", "Worst findings"),
        "all_findings": ("查看全部问题", "All findings"),
        "show": ("筛选", "Filter"),
        "clear": ("清除", "Clear"),
        "any": ("全部", "any"),
        "state": ("状态", "State"),
        "state_open": ("未整改", "open"),
        "state_candidate": ("待确认", "to be confirmed"),
        "state_waived": ("已豁免", "waived"),
        "total_found": ("共", "Found"),
        "more_than": ("多于", "more than"),
        "page": ("第", "page"),
        "previous": ("上一页", "Previous"),
        "next": ("下一页", "Next"),
        "as_csv": ("下载CSV", "Download as CSV"),
        "as_evidence": ("查看完整证据", "The whole evidence"),
        "evidence_gone": ("证据未随报告发布。", "The evidence was not published with the report."),
        "turn": ("步骤", "Step"),
        "sent": ("发送", "Sent"),
        "received": ("收到", "Received"),
        "end": ("结束方式", "Ended by"),
        "bytes": ("字节", "bytes"),
        "compare_with": ("与以下扫描对比", "Compare with"),
        "compare_button": ("对比", "Compare"),
        "no_other_scan": (
            "同一授权书没有更早的扫描可供对比。",
            "There is no earlier scan of this permit to compare with.",
        ),
        "first_rows": ("仅列出前200条。", "The first 200 rows are shown."),
        "schedule_none": ("门户未配置值守程序的状态文件。", "The portal was given no agent's status file."),
        "agent": ("值守程序", "Agent"),
        "heartbeat": ("最近消息", "Last heard of"),
        "minutes_ago": ("分钟前", "minutes ago"),
        "silent": ("已失联", "not heard of"),
        "unreadable": ("状态文件不可读", "its status file cannot be read"),
        "on_duty": ("值守中", "on duty"),
        "off_duty": ("已停止", "off duty"),
        "job": ("任务", "Job"),
        "planned": ("计划", "Planned"),
        "windows": ("维护窗口", "Windows"),
        "job_state": ("状态", "State"),
        "job_idle": ("等待计划时间", "idle"),
        "job_waiting": ("等待窗口", "waiting for its window"),
        "job_running": ("扫描中", "running"),
        "job_pausing": ("正在暂停", "pausing"),
        "job_paused": ("已暂停", "paused"),
        "job_retrying": ("异常中断，稍后重试", "ended abnormally, to be tried again"),
        "last_run": ("上次结果", "Last run"),
        "next_run": ("下次", "Next"),
        "result_finished": ("完成", "finished"),
        "result_findings": ("完成，有问题", "finished, with findings"),
        "result_low_coverage": ("完成，覆盖率不足", "finished, coverage too low"),
        "result_refused": ("授权书不允许", "refused by the permit"),
        "result_bad_input": ("输入有误", "bad input"),
        "result_interrupted": ("被中断", "interrupted"),
        "result_failed": ("失败", "failed"),
        "merged": ("合并次数", "Merged"),
        "missed": ("错过次数", "Missed"),
        "hosts_done": ("已查看主机", "hosts looked at"),
        "file": ("文件", "File"),
        "size": ("大小", "Size"),
        "digest": ("SHA-256", "SHA-256"),
        "format": ("格式", "Format"),
        "both": ("双语", "both"),
        "decided": ("已判定", "decided"),
        "exposure_of": ("区域", "Zone"),
        "zones": ("区域", "Zones"),
        "keeps": ("本页只读，数据来自已发布的报告。", "Read only: everything here comes from published reports."),
        "breadcrumb": ("所在位置", "You are here"),
        "main_menu": ("主菜单", "Main menu"),
        "report_menu": ("报告菜单", "Report menu"),
        "table_of": ("表格", "Table"),
        "severity_here": ("按风险统计的问题数", "Findings by severity"),
        "rules_count": ("条规则", "rules"),
        "not_assessed_count": ("无法判定", "Not assessed"),
        "addresses": ("地址", "Addresses"),
        "level_short": ("等保", "Level"),
        "verdicts": ("判定", "Verdicts"),
        "grade_pending": ("待确认", "pending"),
        "clause_text": ("条款", "Clause"),
        "results": ("结果", "Results"),
    }.items()
}


DAYS = {
    "mon": Text(zh="周一", en="Mon"),
    "tue": Text(zh="周二", en="Tue"),
    "wed": Text(zh="周三", en="Wed"),
    "thu": Text(zh="周四", en="Thu"),
    "fri": Text(zh="周五", en="Fri"),
    "sat": Text(zh="周六", en="Sat"),
    "sun": Text(zh="周日", en="Sun"),
}
DAILY = Text(zh="每天", en="daily")


def windows(given: Iterable[object], language: Language) -> str:
    """Windows such as `sat,sun 22:00–06:00` in words; what is none stays as it is."""
    told = []
    for window in given:
        names, _, hours = str(window).partition(" ")
        days = names.split(",")
        if set(days) == set(DAYS):
            told.append(f"{DAILY.say(language)} {hours}")
        elif set(days) <= set(DAYS):
            named = [DAYS[day].say(language) for day in days]
            told.append(f"{('、' if language == 'zh' else ', ').join(named)} {hours}")
        else:
            told.append(str(window))
    return ("；" if language == "zh" else "; ").join(told)


def label(key: str, language: Language) -> str:
    """A label by its key. Raises KeyError for one that does not exist."""
    return (WORDS[key] if key in WORDS else LABELS[key]).say(language)


def code_word(kind: str, code: object, language: Language) -> str:
    """What a code is called; a code without a name is shown as it is, None as a dash."""
    if code is None or code == "":
        return "—"
    text = CODES[kind].get(str(code))
    return text.say(language) if text else str(code)
