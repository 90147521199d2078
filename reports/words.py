"""The words of the report in both languages: what the codes of the document are called on paper."""

from collections.abc import Mapping
from typing import Any

from inventory.code_names import CLASS_NAMES, LAYER_NAMES, ORIGIN_NAMES
from inventory.text import Language, Text
from rules.verdict import WORD_TEXT


def _texts(**pairs: tuple[str, str]) -> dict[str, Text]:
    return {name: Text(zh=zh, en=en) for name, (zh, en) in pairs.items()}


CODES: Mapping[str, Mapping[str, Text]] = {
    "verdict": {str(word): text for word, text in WORD_TEXT.items()},
    "severity": _texts(high=("高", "high"), medium=("中", "medium"), low=("低", "low")),
    "importance": _texts(general=("一般", "general"), important=("重要", "important"), critical=("关键", "critical")),
    "environment": _texts(production=("生产环境", "production"), lab=("实验环境", "laboratory")),
    "state": _texts(
        finished=("已完成", "finished"), stopped=("提前中止", "stopped early"), running=("进行中", "running")
    ),
    "kind": _texts(
        region=("全区", "region"),
        city=("地市", "city"),
        district=("县区", "district"),
        department=("部门", "department"),
        system=("系统", "system"),
        asset=("资产", "asset"),
        level=("保护等级", "protection level"),
        importance=("重要程度", "importance"),
    ),
    "pack": {
        "data-security": Text(zh="数据安全", en="data security"),
        "domestic-autonomy": Text(zh="自主可控", en="domestic autonomy"),
    },
    "origin": dict(ORIGIN_NAMES),
    "strength": _texts(proven=("已证实", "proven"), inferred=("推断", "inferred"), unknown=("不明", "unknown")),
    "confidence": _texts(
        document=("书面材料", "document"),
        read=("读取", "read"),
        handshake=("协议应答", "protocol answer"),
        passive=("被动流量", "passive traffic"),
        port=("端口", "port only"),
        declared=("申报", "declared"),
    ),
    "layer": dict(LAYER_NAMES),
    "device_class": dict(CLASS_NAMES),
    "outcome": _texts(
        answered=("已应答", "answered"),
        closed=("端口关闭", "closed"),
        filtered=("被过滤", "filtered"),
        silent=("主机无应答", "host silent"),
        refused=("被拒绝", "refused"),
        failed=("失败", "failed"),
        forbidden=("授权不允许", "forbidden by permit"),
        never_asked=("未询问", "never asked"),
    ),
    "why": _texts(
        requires=("由判定条件得出", "decided by the condition"),
        applies=("适用条件无法确定", "applicability not known"),
        closed=("端口关闭", "port closed"),
        filtered=("端口被过滤", "port filtered"),
        silent=("主机无应答", "host silent"),
        refused=("对端中断会话", "conversation refused"),
        failed=("获取失败", "attempt failed"),
        forbidden=("授权不允许", "forbidden by permit"),
        never_asked=("未询问", "never asked"),
        unknown=("缺少判定所需事实", "a needed fact is missing"),
        evidence=("证据等级不足", "evidence too weak"),
        not_read=("未导入配置或文件", "no configuration or file was read"),
        other_protocol=("端点运行其他协议", "another protocol answers there"),
        manual=("待人工核查", "awaits a person"),
    ),
    "cause": _texts(
        deadline=("超出单台主机时限", "time for the host ran out"),
        timeout=("超时", "timeout"),
        **{
            "no-answer": ("未获应答", "no answer"),
            "control-answered": ("对照端口有应答", "a control port answered"),
            "stopped-answering": ("探测中停止应答", "stopped answering"),
            "not-in-file": ("文件未说明", "not said in the file"),
        },
        excluded=("授权书已排除", "excluded by the permit"),
        outside=("不在授权网络内", "outside the permitted networks"),
        intensity=("超出授权强度", "above the permitted intensity"),
        port=("授权书不允许该端口", "port not permitted"),
        act=("授权书未列明该操作", "act not listed in the permit"),
        hours=("不在允许时段", "outside the permitted hours"),
        expired=("授权书已过期", "the permit has expired"),
    ),
    "act": {
        "anonymous-session": Text(zh="匿名会话", en="anonymous session"),
        "listed-community": Text(zh="已列团体字", en="listed community"),
        "zone-transfer": Text(zh="域名区传送", en="zone transfer"),
        "sip-register": Text(zh="SIP注册", en="SIP registration"),
    },
    "pace": _texts(
        host_packets=("单台主机包/秒", "packets/s per host"),
        host_connections=("单台主机连接/秒", "connections/s per host"),
        zone_packets=("单个区域包/秒", "packets/s per zone"),
        total_packets=("全部包/秒", "packets/s in all"),
        fragile_connections=("脆弱设备连接/秒", "connections/s per fragile device"),
    ),
    "automation": _texts(
        automated=("自动核查", "automated"),
        partly=("部分自动", "partly automated"),
        manual=("人工核查", "manual"),
        impossible=("扫描无法核查", "not for a scanner"),
    ),
    "intensity": {
        "0": Text(zh="被动", en="passive"),
        "1": Text(zh="识别", en="identify"),
        "2": Text(zh="标准", en="standard"),
        "3": Text(zh="深度", en="deep"),
    },
    "counter": _texts(
        packets=("发出数据包（估计上限）", "packets sent (estimate from above)"),
        bytes=("发出字节", "bytes sent"),
        bytes_sent=("发出字节", "bytes sent"),
        bytes_received=("收到字节", "bytes received"),
        connections=("建立连接", "connections opened"),
        datagrams=("发出UDP数据报", "datagrams sent"),
        largest_burst=("单主机最大突发（包/秒）", "largest burst per host (packets/s)"),
        retries=("重试次数", "retries"),
        refused_by_permit=("被授权书拦截", "stopped by the permit"),
        nmap_packets=("nmap发出数据包", "packets sent by nmap"),
    ),
    "view": _texts(
        full=("完整版", "full"),
        officer=("主管领导版", "officer's view"),
        auditor=("测评审核版", "auditor's view"),
        vendor=("厂商整改版", "vendor's view"),
    ),
}


def word(kind: str, code: str | None, language: Language) -> str:
    """What a code is called; a code without a name is shown as it is, None as a dash."""
    if code is None or code == "":
        return "—"
    text = CODES[kind].get(code)
    return text.say(language) if text else code


def why_told(why: str, reason: str, language: Language) -> str:
    """Why something is not assessed, with its cause in brackets. A cause is a code, or a code and a sentence in English after
    a colon, which a Chinese reader is spared."""
    told = word("why", why, language)
    if not reason or reason == why:
        return told
    code, _, sentence = reason.partition(":")
    known = CODES["cause"].get(code)
    cause = reason if known is None or (sentence and language == "en") else known.say(language)
    return f"{told}（{cause}）" if language == "zh" else f"{told} ({cause})"


def in_order(kind: str, counts: Mapping[Any, int]) -> list[tuple[str, int]]:
    """Counts by code, in the order in which the codes are listed here; codes without a name come last, sorted."""
    known = list(CODES[kind])
    return sorted(counts.items(), key=lambda item: (known.index(item[0]) if item[0] in known else len(known), item[0]))


LABELS: Mapping[str, Text] = _texts(
    self_check=("技术自查", "technical self-check"),
    self_check_sentence=(
        "本报告由自动化工具依据扫描授权书生成，属技术自查结果，不是网络安全等级保护测评结论、商用密码应用安全性评估结论，也不是安全可靠测评结论。",
        "This report was produced by an automated tool under a scan permit. It is a technical self-check, not the conclusion of a "
        "classified-protection assessment, a cryptography assessment or a security-and-reliability assessment.",
    ),
    silence_sentence=(
        "无应答、被拒绝、出错或缺少事实的检查项一律记为“无法判定”，不视为符合；得分区间给出其全部不符合与全部符合两种情形。",
        "A check that met silence, refusal, an error or a missing fact is counted as not assessed, never as a pass; "
        "the interval of the score shows what would follow if all of them failed, and if all of them passed.",
    ),
    simulated=("模拟数据", "simulated data"),
    simulated_sentence=(
        "本报告的对象是实验环境，数据均为模拟数据，不反映任何真实单位的安全状况。",
        "The subject of this report is a laboratory. All data are simulated and say nothing of any real organisation.",
    ),
    report_number=("报告编号", "Report number"),
    document_digest=("文档摘要值", "Document digest"),
    permit=("扫描授权书", "Scan permit"),
    permit_digest=("授权书摘要值", "Permit digest"),
    issuer=("授权单位", "Issued by"),
    contact=("联系人", "Contact"),
    environment=("环境", "Environment"),
    valid=("有效期", "Valid"),
    hours=("允许时段", "Permitted hours"),
    scan_time=("扫描时间", "Time of scan"),
    scan_state=("扫描状态", "State of scan"),
    networks=("网络范围", "Networks"),
    exclusions=("排除对象", "Exclusions"),
    exclusion_count=("{count} 项，见“扫描范围与方法”", "{count}, listed under scope and method"),
    exclusion_reason=("排除理由", "Why excluded"),
    none=("无", "none"),
    packs=("规则包", "Rule packs"),
    profile=("核查方案", "Profile"),
    schemes=("评分方案", "Grading schemes"),
    versions=("软件版本", "Versions"),
    view=("版本视图", "View"),
    manifest=("输入清单摘要值", "Input manifest digest"),
    contents=("目录", "Contents"),
    summary=("总体情况", "Summary"),
    what_first=("优先整改事项", "What to do first"),
    grade=("等级与计算过程", "Grades and their arithmetic"),
    charts=("统计图", "Charts"),
    trend=("等级变化趋势", "Grade over time"),
    comparison=("与上次扫描对比", "Compared with an earlier scan"),
    findings=("问题清单", "Findings"),
    rectification=("整改清单", "Rectification list"),
    shares=("自主可控情况", "Domestic autonomy"),
    coverage=("条款覆盖情况", "Coverage by clause"),
    not_assessed=("未能判定的检查项", "What was not assessed, and why"),
    manual=("待人工核查项", "Waiting for a person's answer"),
    answer=("人工核查结论", "Answer"),
    answer_file=("证据文件", "evidence file"),
    clauses_answered=("已人工核查的条款", "Clauses answered by a person"),
    clauses_pending=("待人工核查的条款", "Clauses pending"),
    pending=("待核查", "pending"),
    scope=("扫描范围与方法", "Scope and method"),
    do_no_harm=("对目标的影响", "Effect on the targets"),
    waivers=("豁免", "Waivers"),
    assets=("资产清单", "Assets"),
    records=("单项测评记录", "Assessment records"),
    grade_of_units=("各层级得分", "Grades by unit"),
    league=("排名", "League table"),
    accuracy=("工具准确性", "Accuracy of the tool"),
    freshness=("证据时效", "Age of the evidence"),
    sign_off=("签署", "Sign-off"),
    assessor=("核查人", "Assessor"),
    reviewer=("审核人", "Reviewer"),
    owner=("责任人", "Owner"),
    responsible=("责任部门/人", "Responsible"),
    signature=("签名", "Signature"),
    date=("日期", "Date"),
    score=("得分", "Score"),
    without_waived=("豁免项视为不适用时的得分（参考）", "Score as if waived items did not apply (for reference)"),
    approved=("批准日期", "Approved"),
    interval=("得分区间", "Interval"),
    conclusion=("结论", "Conclusion"),
    coverage_a=("检查覆盖率A", "Coverage A"),
    coverage_b=("条款覆盖率B", "Coverage B"),
    coverage_a_long=("检查覆盖率A（已判定的自动检查）", "Coverage A (automated checks decided)"),
    coverage_b_long=("条款覆盖率B（全部条款）", "Coverage B (all clauses)"),
    no_grade=("不予评级", "no grade"),
    expires=("有效至", "Valid until"),
    subject=("对象", "Subject"),
    level=("层级", "Level"),
    scheme=("方案", "Scheme"),
    arithmetic=("计算过程", "Arithmetic"),
    asset=("资产", "Asset"),
    assets_count=("资产数", "Assets"),
    high_findings=("高风险问题", "High"),
    medium_findings=("中风险问题", "Medium"),
    low_findings=("低风险问题", "Low"),
    gaps_in_short=("未能判定的检查项", "What was not assessed"),
    unregistered=("未登记资产", "Unregistered assets"),
    endpoints=("端点数", "Endpoints"),
    questions=("检查问题数", "Questions"),
    finding_count=("问题数", "Findings"),
    candidates=("待确认", "To be confirmed"),
    candidate=("待人工确认", "to be confirmed"),
    waived=("已豁免", "Waived"),
    severity=("风险", "Severity"),
    rule=("规则", "Rule"),
    verdict=("判定", "Verdict"),
    reason=("事实与理由", "Facts and reason"),
    address=("地址", "Address"),
    port=("端口", "Port"),
    zone=("区域", "Zone"),
    vantage=("观测区域", "Seen from"),
    clauses=("对应条款", "Clauses"),
    no_clause=(
        "无：管理指标，其依据只约束已认定的关键信息基础设施",
        "none: a management figure, its grounds bind declared critical infrastructure alone",
    ),
    clause=("条款", "Clause"),
    clause_title=("条款内容", "Subject of the clause"),
    high_risk=("候选高风险判例", "High-risk case (candidate)"),
    high_risk_short=("候选高风险", "high-risk candidate"),
    high_risk_confirmed=("高风险已确认", "high risk, confirmed"),
    high_risk_rejected=("高风险已排除", "high risk, rejected"),
    parameters=("方案参数", "Parameters"),
    evidence=("证据", "Evidence"),
    evidence_excerpt=("证据摘录", "Excerpt"),
    offset=("偏移", "offset"),
    confidence=("证据等级", "Evidence class"),
    remediation=("整改建议", "Remediation"),
    check_again=("核查依据、方法与证据", "Clause, method and evidence"),
    due=("整改期限", "Due"),
    first_seen=("首次发现", "First seen"),
    last_seen=("最近发现", "Last seen"),
    waiver=("豁免", "Waiver"),
    department=("部门", "Department"),
    city=("地市", "City"),
    system=("系统", "System"),
    grade_of_groups=("按保护等级和重要程度的得分", "Grades by protection level and importance"),
    grade_arithmetic=("各层级计算过程", "Arithmetic of every unit"),
    importance=("重要程度", "Importance"),
    protection_level=("保护等级", "Protection level"),
    device_class=("设备类别", "Device class"),
    registered=("登记", "Registered"),
    yes=("是", "yes"),
    no=("否", "no"),
    layer=("层面", "Layer"),
    total=("总数", "Total"),
    share=("国产占比区间", "Domestic share, interval"),
    share_note=(
        "来源不明、或仅凭一处迹象推断而未经证实的产品，计为“来源不明”，不计为国产；责任单位提交的物料清单、版本信息可以证实来源。区间下限为“国产÷总数”，上限为“（国产＋来源不明）÷总数”。",
        "A product of unknown origin, or one that a single sign infers, counts as unknown and never as domestic; bills of materials and version outputs that owners hand in prove an origin. The interval runs from domestic ÷ total to (domestic + unknown) ÷ total.",
    ),
    component=("组件", "Component"),
    vendor=("厂商", "Vendor"),
    product=("产品", "Product"),
    version=("版本", "Version"),
    origin=("来源", "Origin"),
    standard=("标准", "Standard"),
    group=("控制类别", "Group"),
    automation=("核查方式", "Means"),
    rules=("规则", "Rules"),
    stale=("证据已过期", "evidence expired"),
    why=("原因", "Why"),
    detail=("说明", "Detail"),
    count=("数量", "Count"),
    outcome=("探测结果", "Outcome"),
    acts=("允许的敏感操作", "Touchy acts allowed"),
    intensity=("最高强度", "Highest intensity"),
    pace=("速率限制", "Pace"),
    unanswered=("未登记且始终无应答的地址", "Unregistered addresses that never answered"),
    method_sentence=(
        "先列出需要回答的问题，再逐一探测；探测仅使用格式正确的识别请求，不猜测口令、不利用漏洞、不写入设备。证据在落盘前脱敏，判定由证据按规则得出，可离线复现。",
        "The questions come first and are then asked one by one, with well-formed requests that identify and change nothing: no password is "
        "guessed, no flaw is used, nothing is written. Evidence is reduced before it is stored; verdicts follow from it by rule and can be replayed offline.",
    ),
    malformed=("畸形数据包", "malformed packets"),
    counter=("计数", "Counter"),
    value=("数值", "Value"),
    exposure=("区域间可达服务", "Services reachable between zones"),
    exposure_note=(
        "行为观测区域，列为目标区域，数字为应答的端点数",
        "rows: seen from; columns: target zone; figures: endpoints that answered",
    ),
    selector=("适用范围", "Selector"),
    approver=("批准人", "Approver"),
    expired=("已过期", "expired"),
    recall=("检出率", "Recall"),
    precision=("准确率", "Precision"),
    lab_version=("已知答案实验环境", "Known-answer laboratory"),
    accuracy_missing=(
        "本次报告未附工具准确性数据。",
        "No accuracy figures were handed in with this report.",
    ),
    accuracy_outdated=(
        "以下数据已过时：测定时所用的规则包或程序与本次报告不同（{parts}），不代表本次核查的准确性。",
        "These figures are out of date: they were not measured with what made this report ({parts}), and do not speak for it.",
    ),
    accuracy_sentence=(
        "在答案已知的模拟环境中测定：检出率为应检出问题中已检出的比例，准确率为检出问题中属实的比例；现场设备与模拟环境不同，结果可能有差异。",
        "Measured in a simulated city whose answers are known: recall is the share of the problems there that were found, "
        "precision the share of what was found that is one. Devices in the field differ, and so may the figures.",
    ),
    expected=("应检出", "Expected"),
    found=("已检出", "Found"),
    invented=("误报", "Invented"),
    table=("事实表", "Fact table"),
    oldest=("最早", "Oldest"),
    newest=("最新", "Newest"),
    valid_days=("有效天数", "Days valid"),
    by_severity=("按风险与部门统计的问题数", "Findings by severity and department"),
    by_verdict=("判定结果分布", "Verdicts"),
    by_group=("各控制类别的条款覆盖", "Coverage per clause group"),
    by_layer=("各层面国产占比区间", "Domestic share per layer"),
    covered=("已判定", "decided"),
    undecided=("未判定", "not decided"),
    uncovered=("无自动检查", "no automated check"),
    only_new=(
        "本报告的问题清单只列出上述基线之后新增和重新出现的问题；得分和统计仍按全部结果计算。",
        "The findings of this report are only those that are new or came back since the baseline above; scores and figures count everything.",
    ),
    new=("新增", "New"),
    mended=("已整改", "Mended"),
    still_open=("仍未整改", "Still open"),
    reopened=("重新出现", "Reopened"),
    no_longer_assessed=("不再可判定（不计为已整改）", "No longer assessed (not counted as mended)"),
    waiver_ended=("豁免已终止（恢复计入）", "Waiver ended (counts again)"),
    changed_assets=("资产变化", "Changed assets"),
    added=("新增", "added"),
    removed=("消失", "gone"),
    changed=("变化", "changed"),
    since=("自", "since"),
    rows_shown=("本表列出 {shown} 行，共 {total} 行。", "This table shows {shown} of {total} rows."),
    rows_all=("共 {total} 行。", "{total} rows."),
    some_of=("第 {first} 至 {last} 项，共 {total} 项", "{first} to {last} of {total}"),
    capped=(
        "为控制篇幅，本表只列出前 {shown} 行，共 {total} 行；完整清单见 JSON、CSV 或 XLSX 文件。",
        "To keep this document readable the table shows the first {shown} of {total} rows; the full list is in the JSON, CSV or XLSX file.",
    ),
    page=("第 {number} 页，共 {total} 页", "page {number} of {total}"),
    next_page=("下一页", "next page"),
    previous_page=("上一页", "previous page"),
    no_findings=("未发现问题。", "No findings."),
    rank=("名次", "Rank"),
    officer=("主管部门", "For the officer"),
    auditor=("测评人员", "For the auditor"),
    record_result=("结果记录", "Record"),
    seal=("（盖章）", "(seal)"),
)


def label(name: str, language: Language, **values: object) -> str:
    """A fixed text of the report; `values` fill its braces."""
    text = LABELS[name].say(language)
    return text.format(**values) if values else text
