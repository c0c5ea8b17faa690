"""What the fictional township goes by: its bodies, categories, filing standards and duty list."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class BodyRow(NamedTuple):
    """One line of ``bodies.csv`` before its telephone number is made up."""

    code: str
    name: str
    short_name: str
    level: str
    kind: str
    hours: str
    aliases: str = ""


OFFICE_HOURS: Final = "08:00-12:00;14:00-18:00"
ALL_DAY: Final = "00:00-24:00"

BODIES: Final = (
    BodyRow("office", "云溪镇党政综合办公室", "党政办", "township", "内设", ALL_DAY),
    BodyRow(
        "enforcement",
        "云溪镇综合行政执法队",
        "执法队",
        "township",
        "事业",
        ALL_DAY,
        "城管执法;综合执法",
    ),
    BodyRow(
        "construction",
        "云溪镇建设和生态环境办公室",
        "建环办",
        "township",
        "内设",
        OFFICE_HOURS,
        "城建办;环保办",
    ),
    BodyRow("agriculture", "云溪镇农业农村办公室", "农业办", "township", "内设", OFFICE_HOURS),
    BodyRow("emergency", "云溪镇应急管理所", "应急所", "township", "事业", ALL_DAY),
    BodyRow("peace", "云溪镇综治中心", "综治中心", "township", "事业", ALL_DAY),
    BodyRow("convenience", "云溪镇便民服务中心", "便民中心", "township", "事业", OFFICE_HOURS),
    BodyRow("grid_center", "云溪镇网格化服务管理中心", "网格中心", "township", "事业", ALL_DAY),
    BodyRow("police", "云溪派出所", "派出所", "stationed", "派驻", ALL_DAY),
    BodyRow("justice", "云溪司法所", "司法所", "stationed", "派驻", OFFICE_HOURS),
    BodyRow("market", "云溪市场监督管理所", "市监所", "stationed", "派驻", OFFICE_HOURS, "工商所"),
    BodyRow("land", "云溪自然资源所", "资源所", "stationed", "派驻", OFFICE_HOURS),
    BodyRow("fire", "云溪消防救援站", "消防站", "stationed", "派驻", ALL_DAY),
    BodyRow("power", "云溪供电所", "供电所", "stationed", "派驻", ALL_DAY),
    BodyRow("county_urban", "县城市管理局", "县城管局", "county", "县直", OFFICE_HOURS),
    BodyRow("county_water", "县水利局", "县水利局", "county", "县直", OFFICE_HOURS),
    BodyRow("county_ecology", "县生态环境局", "县环境局", "county", "县直", OFFICE_HOURS),
    BodyRow("waterworks", "县自来水公司云溪供水站", "供水站", "utility", "企业", ALL_DAY),
)

CATEGORIES: Final[dict[str, tuple[str, str]]] = {
    # code: (name, default urgency); the parent of XNNMM is XNN, of XNN it is X
    "C": ("部件", "normal"),
    "C01": ("公用设施", "normal"),
    "C0101": ("上水井盖", "important"),
    "C0102": ("污水井盖", "important"),
    "C0103": ("雨水箅子", "normal"),
    "C0104": ("电力设施", "important"),
    "C0105": ("通信交接箱", "normal"),
    "C0106": ("路灯", "normal"),
    "C0107": ("供水设施", "important"),
    "C0108": ("燃气设施", "urgent"),
    "C0109": ("消火栓", "important"),
    "C0110": ("监控电子眼", "normal"),
    "C02": ("道路交通设施", "normal"),
    "C0201": ("交通信号灯", "important"),
    "C0202": ("交通护栏", "normal"),
    "C0203": ("道路标志牌", "normal"),
    "C0204": ("桥梁涵洞", "important"),
    "C0205": ("公交候车亭", "normal"),
    "C03": ("市容环境设施", "normal"),
    "C0301": ("公共厕所", "normal"),
    "C0302": ("垃圾桶(箱)", "normal"),
    "C0303": ("垃圾中转站", "normal"),
    "C0304": ("户外广告牌", "normal"),
    "C04": ("园林绿化设施", "normal"),
    "C0401": ("行道树", "normal"),
    "C0402": ("绿地护栏", "normal"),
    "C0403": ("健身设施", "normal"),
    "C05": ("其他部件", "normal"),
    "C0501": ("宣传栏", "normal"),
    "C0502": ("水闸泵站", "important"),
    "C0503": ("防汛物资点", "normal"),
    "E": ("事件", "normal"),
    "E01": ("市容环境", "normal"),
    "E0101": ("私搭乱建", "normal"),
    "E0102": ("暴露垃圾", "normal"),
    "E0103": ("建筑垃圾渣土", "normal"),
    "E0104": ("道路保洁", "normal"),
    "E0105": ("绿地保洁养护", "normal"),
    "E0106": ("焚烧垃圾树叶", "important"),
    "E0107": ("乱堆物堆料", "normal"),
    "E0108": ("沿街晾挂", "normal"),
    "E0109": ("油烟扰民", "normal"),
    "E0110": ("动物尸体清理", "normal"),
    "E0111": ("垃圾桶满溢", "normal"),
    "E02": ("宣传广告", "normal"),
    "E0201": ("非法小广告", "normal"),
    "E0202": ("违规户外广告", "normal"),
    "E0203": ("横幅标语破损", "normal"),
    "E03": ("施工管理", "normal"),
    "E0301": ("施工扬尘", "normal"),
    "E0302": ("夜间施工噪声", "normal"),
    "E0303": ("渣土车抛洒", "important"),
    "E0304": ("违规占道施工", "normal"),
    "E04": ("突发事件", "urgent"),
    "E0401": ("水管破裂", "urgent"),
    "E0402": ("燃气泄漏", "critical"),
    "E0403": ("热力管道破裂", "urgent"),
    "E0404": ("排水管道堵塞", "important"),
    "E0405": ("道路破损塌陷", "urgent"),
    "E0406": ("路面积水", "important"),
    "E0407": ("井盖缺损", "urgent"),
    "E0408": ("路灯故障", "normal"),
    "E0409": ("树木倒伏", "urgent"),
    "E0410": ("架空线缆损坏", "urgent"),
    "E05": ("街面秩序", "normal"),
    "E0501": ("占道经营", "normal"),
    "E0502": ("店外经营", "normal"),
    "E0503": ("无照游商", "normal"),
    "E0504": ("机动车乱停放", "normal"),
    "E0505": ("非机动车乱停放", "normal"),
    "E0506": ("露天烧烤", "normal"),
    "E0507": ("流浪犬扰民", "normal"),
    "E06": ("扩展事件", "normal"),
    "E0601": ("社会生活噪声", "normal"),
    "E0602": ("广场舞扰民", "normal"),
    "E0603": ("共享单车淤积", "normal"),
    "T": ("镇街事项", "normal"),
    "T01": ("平安稳定", "important"),
    "T0101": ("矛盾纠纷", "important"),
    "T0102": ("信访事项", "important"),
    "T0103": ("邻里纠纷", "normal"),
    "T0104": ("劳资纠纷", "important"),
    "T0105": ("土地权属纠纷", "important"),
    "T02": ("治安防控", "important"),
    "T0201": ("可疑人员", "important"),
    "T0202": ("盗抢线索", "urgent"),
    "T0203": ("电信诈骗预警", "urgent"),
    "T03": ("安全生产", "important"),
    "T0301": ("企业安全隐患", "important"),
    "T0302": ("燃气使用隐患", "urgent"),
    "T0303": ("电动车违规充电", "important"),
    "T0304": ("烟花爆竹", "important"),
    "T04": ("消防安全", "important"),
    "T0401": ("九小场所隐患", "important"),
    "T0402": ("出租屋隐患", "important"),
    "T0403": ("消防通道占用", "urgent"),
    "T0404": ("火情", "critical"),
    "T05": ("食品药品", "normal"),
    "T0501": ("食品安全", "important"),
    "T0502": ("农村集体聚餐", "normal"),
    "T0503": ("药品经营", "normal"),
    "T06": ("生态环境", "normal"),
    "T0601": ("污水直排", "important"),
    "T0602": ("秸秆焚烧", "important"),
    "T0603": ("非法采砂", "urgent"),
    "T0604": ("畜禽养殖污染", "normal"),
    "T07": ("市容村貌", "normal"),
    "T0701": ("村庄保洁", "normal"),
    "T0702": ("杆线乱拉", "normal"),
    "T08": ("农业农村", "normal"),
    "T0801": ("违法用地建房", "important"),
    "T0802": ("耕地撂荒", "normal"),
    "T0803": ("畜禽疫病", "urgent"),
    "T0804": ("农田水利设施", "normal"),
    "T09": ("民生服务", "normal"),
    "T0901": ("低保救助", "normal"),
    "T0902": ("养老服务", "normal"),
    "T0903": ("残疾人服务", "normal"),
    "T0904": ("停水停电", "important"),
    "T10": ("特殊人群", "important"),
    "T1001": ("严重精神障碍患者", "urgent"),
    "T1002": ("社区矫正对象", "important"),
    "T1003": ("刑满释放人员", "normal"),
    "T11": ("应急管理", "urgent"),
    "T1101": ("洪涝险情", "critical"),
    "T1102": ("森林火险", "critical"),
    "T1103": ("地质灾害", "critical"),
    "T1104": ("人员走失落水", "critical"),
    "T1105": ("人员伤病倒地", "critical"),
    "T12": ("网络舆情", "important"),
    "T1201": ("涉镇舆情", "important"),
}
RESTRICTED: Final = frozenset({"T10"})
"""Categories of which no more than a count is shown to everybody, with all below them."""


class StandardRow(NamedTuple):
    """One line of ``standards.csv``, in the order of its columns."""

    category: str
    condition: str
    body: str
    co_bodies: str
    limit: str
    statutory_limit: str
    milestones: str
    duty_item: str
    evidence: str
    whistle_kind: str
    whistle_bodies: str
    guidance: str


_PAIR: Final = "处置前照片;处置后照片"
_FULL: Final = "处置前照片;处置后照片;现场定位"
_TALK: Final = "调处记录;当事人签字"
_NOTE: Final = "走访记录;现场照片"
_ORDER: Final = "检查记录;责令改正通知书;整改后照片"
_JOINT: Final = "joint_enforcement"
_HARD: Final = "hard_problem"
_URGENT: Final = "emergency"

STANDARDS: Final = tuple(
    StandardRow(*row)
    for row in (
        (
            "C0101", "井盖破损、松动、移位或丢失", "waterworks", "construction",
            "8 urgent_hour", "24 urgent_hour", "围护=2 urgent_hour;更换=8 urgent_hour",
            "PH-001", _FULL, "", "",
            "先设围挡和警示标志，再核对权属更换井盖；夜间须有反光警示，严禁无人看守离场。",
        ),
        (
            "C0102", "井盖破损、松动、移位或丢失", "construction", "waterworks",
            "8 urgent_hour", "24 urgent_hour", "围护=2 urgent_hour;更换=8 urgent_hour",
            "JB-021", _FULL, "", "",
            "先围护后更换；打开井盖前测有害气体，禁止单人下井。",
        ),
        (
            "C0103", "箅子缺失、破损或被堵塞", "construction", "", "2 work_day", "", "",
            "JB-022", _PAIR, "", "",
            "清掏淤泥垃圾，补齐缺失箅子；雨前重点复查低洼路段。",
        ),
        (
            "C0104", "电杆倾斜、箱门敞开或设施裸露带电", "power", "", "8 urgent_hour",
            "24 urgent_hour", "隔离=1 urgent_hour;修复=8 urgent_hour", "PH-002", _FULL, "", "",
            "人员远离 8 米以上，由供电所停电后处理；未经验电不得靠近。",
        ),
        (
            "C0105", "箱体破损、箱门敞开、线缆外露", "construction", "", "3 work_day", "", "",
            "JB-023", _PAIR, "", "",
            "核对箱体标牌联系权属运营商，先临时封闭箱门。",
        ),
        (
            "C0106", "灯杆倾斜、灯罩脱落、基座外露", "construction", "power", "3 work_day", "",
            "", "JB-024", _PAIR, "", "",
            "有倒伏或漏电危险的先隔离断电，再修复；修复后夜间复看一次。",
        ),
        (
            "C0107", "水表箱、阀门、消防取水口损坏", "waterworks", "", "2 work_day", "", "",
            "PH-001", _PAIR, "", "",
            "影响用水的先接临时供水，通知到户后再停水检修。",
        ),
        (
            "C0108", "调压箱、立管锈蚀或被撞击", "construction", "emergency;fire", "4 urgent_hour",
            "24 urgent_hour", "隔离=1 urgent_hour;修复=4 urgent_hour", "PH-003", _FULL, _URGENT,
            "emergency;fire;police",
            "闻到异味先疏散、禁火禁电，周边 50 米警戒，等燃气公司检测后再作业。",
        ),
        (
            "C0109", "消火栓被埋压、圈占、无水或损坏", "fire", "waterworks", "2 work_day", "",
            "", "PH-004", _PAIR, "", "",
            "现场出水测试；被圈占的当场清除，损坏的挂牌并报修。",
        ),
        (
            "C0110", "设备离线、黑屏或画面异常", "police", "power", "2 work_day", "", "",
            "JB-004", _PAIR, "", "",
            "先查供电和线路；恢复之前，这一片改由网格员巡查补位。",
        ),
        (
            "C0201", "信号灯不亮、错亮或被遮挡", "police", "power", "12 urgent_hour", "", "",
            "PH-005", _PAIR, "", "",
            "恢复前由交警或辅警现场疏导，早晚高峰优先。",
        ),
        (
            "C0202", "护栏缺损、移位、倒伏", "construction", "", "3 work_day", "", "", "JB-025",
            _PAIR, "", "", "倒伏在车道内的先移开并设锥桶，再更换。",
        ),
        (
            "C0203", "标志牌倾斜、脱落、内容错误", "construction", "police", "5 work_day", "", "",
            "JB-025", _PAIR, "", "", "有坠落危险的先拆除，内容错误的报县交通部门核定后更换。",
        ),
        (
            "C0204", "护栏断裂、桥面塌陷、涵洞堵塞", "construction", "police;county_water",
            "5 work_day", "15 work_day", "封闭=2 urgent_hour;修复=5 work_day", "JB-026", _FULL,
            _URGENT, "construction;police;county_water",
            "先封桥改道并公告绕行路线，专业检测前不得放行货车。",
        ),
        (
            "C0301", "污水外溢、设施损坏、无人保洁", "construction", "", "1 work_day", "", "",
            "JB-027", _PAIR, "", "", "当日清理消杀，损坏洁具三日内更换并公示责任人电话。",
        ),
        (
            "C0302", "桶体破损、缺失、倒伏", "construction", "", "1 work_day", "", "", "JB-027",
            _PAIR, "", "", "更换破损桶，核对点位数量；缺失的查明去向并登记。",
        ),
        (
            "C0303", "渗滤液外流、异味、堆积超量", "construction", "county_urban", "1 work_day",
            "", "", "JB-027", _PAIR, "", "", "当日清运，冲洗除臭；连续两日超量报县城管局加派车次。",
        ),
        (
            "C0304", "牌体松动、破损、断电", "enforcement", "construction", "2 work_day", "", "",
            "FQ-006", _PAIR, "", "", "大风预警前必须排险；不能当日加固的先行拆除。",
        ),
        (
            "C0401", "枯死、折枝、遮挡线路或信号灯", "construction", "power", "5 work_day", "",
            "", "JB-028", _PAIR, "", "", "碰线修剪须供电所到场；移伐按审批权限办理。",
        ),
        (
            "C0403", "器材松动、断裂、缺件", "construction", "", "3 work_day", "", "", "JB-029",
            _PAIR, "", "", "先缠警示带停用，再更换配件，不能修复的拆除。",
        ),
        (
            "C0502", "闸门卡阻、泵机故障、配电受潮", "agriculture", "county_water",
            "24 urgent_hour", "", "应急=4 urgent_hour;修复=24 urgent_hour", "JB-041", _FULL,
            _URGENT, "agriculture;county_water;power",
            "汛期先上移动泵车保排涝，再抢修；操作须两人在场并记录水位。",
        ),
        (
            "E0101", "未取得规划许可擅自搭建、加层、占用公共空间", "enforcement",
            "land;construction", "20 work_day", "60 natural_day",
            "停工=4 work_hour;处罚=7 work_day;拆除=20 work_day", "FQ-001",
            "现场勘验笔录;责令停止通知书;处置前照片;处置后照片", _JOINT,
            "enforcement;land;construction;police",
            "首次到场即下达停工通知并查扣工具料，当日立案；拆除前须书面催告并做好风险评估。",
        ),
        (
            "E0102", "公共区域垃圾裸露堆积 1 平方米以上", "construction", "", "4 work_hour", "", "",
            "JB-027", _PAIR, "", "", "当班清运并冲洗地面；反复出现的查清来源、增设桶位。",
        ),
        (
            "E0103", "建筑垃圾、渣土无主或擅自倾倒", "enforcement", "county_urban;police",
            "2 work_day", "7 natural_day", "覆盖=4 urgent_hour;清运=2 work_day", "FQ-002", _FULL,
            _JOINT, "enforcement;county_urban;police",
            "调取周边视频查车牌，先覆盖防尘再清运；查实的按倾倒量立案。",
        ),
        (
            "E0104", "道路遗撒、积尘、落叶未清", "construction", "", "4 work_hour", "", "",
            "JB-027", _PAIR, "", "", "主干道先机扫后人工，雨后两小时内清淤。",
        ),
        (
            "E0105", "绿地垃圾、杂草、缺株", "construction", "", "2 work_day", "", "", "JB-028",
            _PAIR, "", "", "清理垃圾并补植，注明下次养护日期。",
        ),
        (
            "E0106", "露天焚烧垃圾、枯枝、落叶", "enforcement", "fire;county_ecology",
            "2 urgent_hour", "24 urgent_hour", "扑灭=30 urgent_minute;教育=2 urgent_hour",
            "FQ-003", _FULL, _JOINT, "enforcement;fire;county_ecology",
            "先扑灭并浇透余烬；记录燃烧物、面积和责任人，重点时段倒查网格巡查。",
        ),
        (
            "E0107", "占用道路、楼道、绿地堆放物料", "enforcement", "", "1 work_day", "", "",
            "FQ-004", _PAIR, "", "", "有主的当场责令清走并限时复查，无主的按废弃物清运。",
        ),
        (
            "E0109", "餐饮油烟直排、异味扰民", "county_ecology", "enforcement;market", "5 work_day",
            "15 work_day", "", "PH-010", _ORDER, _JOINT, "county_ecology;enforcement;market",
            "查净化器是否安装和清洗台账；未开启的当场责令，必要时委托检测。",
        ),
        (
            "E0110", "道路、水面、公共区域动物尸体", "agriculture", "construction", "4 work_hour",
            "", "", "JB-042", _FULL, "", "",
            "戴手套口罩，双袋密封送无害化处理点，消毒并登记数量；三头以上报畜牧部门。",
        ),
        (
            "E0111", "垃圾桶满溢、桶外堆积", "construction", "", "2 work_hour", "", "", "JB-027",
            _PAIR, "", "", "一小时内清运，冲洗桶身和地面；连续三日满溢的增桶或加密收运。",
        ),
        (
            "E0201", "墙体、杆体、路面非法张贴喷涂", "enforcement", "", "2 work_day", "", "",
            "FQ-005", _PAIR, "", "", "清除覆盖后登记号码，涉诈涉黄的移交派出所。",
        ),
        (
            "E0202", "未经许可设置或超期设置户外广告", "enforcement", "market", "7 work_day",
            "15 work_day", "", "FQ-006", _ORDER, "", "",
            "核对审批和设置期限；存在坠落隐患的先拆除再处理。",
        ),
        (
            "E0301", "未湿法作业、裸土未覆盖、车辆带泥", "construction",
            "enforcement;county_ecology", "4 work_hour", "", "降尘=1 urgent_hour;整改=4 work_hour",
            "JB-030", _ORDER, _JOINT, "construction;enforcement;county_ecology",
            "责令停止土方作业，开启喷淋，裸土全覆盖，出口冲洗到位后复工。",
        ),
        (
            "E0302", "22 时至次日 6 时无证明施工", "enforcement", "construction;county_ecology",
            "2 urgent_hour", "", "", "FQ-007", "现场笔录;噪声检测记录", "", "",
            "到场先停工，核对夜间施工证明；中高考期间从严，回复来电人停工时间。",
        ),
        (
            "E0303", "车辆未密闭、沿途抛洒", "enforcement", "police", "3 urgent_hour", "",
            "清扫=1 urgent_hour;查处=3 urgent_hour", "FQ-002", _FULL, _JOINT,
            "enforcement;police;construction",
            "先设锥桶清扫防滑，再按卡口时间段查车；同一车辆两次以上约谈公司。",
        ),
        (
            "E0401", "供水管道破裂、漏水、影响通行或用水", "waterworks",
            "construction;police", "5 work_day", "10 work_day",
            "围护=3 urgent_hour;修复=8 urgent_hour;恢复=5 work_day", "PH-001",
            "围护照片;修复照片;路面恢复照片", _URGENT, "waterworks;construction;police",
            "先关阀、围护、引导车辆绕行；超过 4 小时停水的安排送水车并逐户告知。",
        ),
        (
            "E0402", "燃气泄漏、闻到明显异味", "emergency", "fire;police;construction",
            "4 urgent_hour", "", "警戒=15 urgent_minute;排险=2 urgent_hour;复测=4 urgent_hour",
            "PH-003", "警戒照片;检测记录;复测记录", _URGENT, "emergency;fire;police;construction",
            "半径 50 米疏散，禁火禁电禁打电话，上风向集合；浓度降到安全值方可撤离。",
        ),
        (
            "E0403", "供热管道破裂、跑水", "construction", "police", "24 urgent_hour", "",
            "围护=2 urgent_hour;修复=24 urgent_hour", "PH-006", _FULL, _URGENT,
            "construction;police;emergency",
            "防烫伤，先围护后关阀，通知受影响小区和恢复时间。",
        ),
        (
            "E0404", "排水不畅、污水冒溢", "construction", "", "1 work_day", "", "", "JB-022",
            _PAIR, "", "", "疏通后冲洗消毒；反复堵塞的做管道内窥检测。",
        ),
        (
            "E0405", "路面塌陷、坑槽危及通行", "construction", "police;waterworks", "3 work_day",
            "10 work_day", "围护=1 urgent_hour;回填=24 urgent_hour;恢复=3 work_day", "JB-025",
            "围护照片;回填照片;恢复照片", _URGENT, "construction;police;waterworks",
            "先封闭并探明空洞范围，排查地下管线再回填；夜间设爆闪灯。",
        ),
        (
            "E0406", "积水超过 15 厘米或影响通行", "construction", "county_water;police",
            "4 urgent_hour", "", "警示=30 urgent_minute;排干=4 urgent_hour", "JB-022", _FULL,
            _URGENT, "construction;police;county_water",
            "派人值守下穿和低洼处，打开雨水箅子辅助排水；超过 27 厘米封闭道路。",
        ),
        (
            "E0407", "井盖缺失、塌陷、翻转", "construction", "waterworks", "4 urgent_hour", "",
            "围护=30 urgent_minute;更换=4 urgent_hour", "JB-021", _FULL, "", "",
            "人不离井，围护到位再查权属；夜间和雨天立即处置。",
        ),
        (
            "E0408", "整段或单灯不亮", "construction", "power", "2 work_day", "", "", "JB-024",
            _PAIR, "", "", "整段不亮先查回路，学校和路口优先恢复。",
        ),
        (
            "E0408", "灯杆带电、倾倒或砸损", "construction", "power;police", "4 urgent_hour", "",
            "断电=1 urgent_hour;排险=4 urgent_hour", "JB-024", _FULL, "", "",
            "先断电、设围挡，未经验电不得靠近；有人触电先报 120 和消防。",
        ),
        (
            "E0409", "树木倒伏、断枝占道或压线", "construction", "power;fire", "6 urgent_hour",
            "", "警示=30 urgent_minute;清除=6 urgent_hour", "JB-028", _FULL, _URGENT,
            "construction;power;fire",
            "压线的先断电；有人车被压立即转消防，清障后复查周边危树。",
        ),
        (
            "E0410", "线缆脱落、低垂、断股", "power", "construction", "6 urgent_hour", "",
            "警戒=30 urgent_minute;修复=6 urgent_hour", "PH-002", _FULL, "", "",
            "分清电力与通信线；不明带电的一律按带电警戒 8 米。",
        ),
        (
            "E0501", "占用道路、公共场所摆摊", "enforcement", "market", "4 work_hour", "", "",
            "FQ-004", _PAIR, _JOINT, "enforcement;market;police",
            "先劝导后处罚，引导进入疏导点；高峰时段错时巡查，全程记录。",
        ),
        (
            "E0502", "商户超出门窗、外墙摆卖", "enforcement", "", "4 work_hour", "", "",
            "FQ-004", _PAIR, "", "", "逐店告知门前责任，当场归店；三次以上立案。",
        ),
        (
            "E0503", "流动商贩占道叫卖", "enforcement", "market", "2 work_hour", "", "", "FQ-004",
            _PAIR, "", "", "劝离并告知疏导点位置，涉及食品的由市监所查验。",
        ),
        (
            "E0504", "机动车占用人行道、消防通道、盲道", "police", "enforcement", "3 urgent_hour",
            "", "", "PH-007", _PAIR, "", "",
            "先电话通知移车，15 分钟不到场的贴单或拖移；消防通道优先。",
        ),
        (
            "E0505", "电动车、自行车无序停放", "enforcement", "", "4 work_hour", "", "", "FQ-004",
            _PAIR, "", "", "现场规整，缺少车位的提出施划点位。",
        ),
        (
            "E0506", "露天烧烤油烟、噪声、占道", "enforcement", "county_ecology;market",
            "2 urgent_hour", "", "", "FQ-003", _ORDER, _JOINT, "enforcement;county_ecology;market",
            "先灭炉清场，再查无烟设备和证照；回复来电人到场时间。",
        ),
        (
            "E0507", "犬只伤人、成群、无主", "police", "agriculture", "4 urgent_hour", "", "",
            "PH-008", _NOTE, "", "", "伤人的先就医并登记；成群的由捕犬队处置，不得当众扑杀。",
        ),
        (
            "E0601", "店铺音响、设备噪声扰民", "police", "market;enforcement", "2 urgent_hour", "",
            "", "PH-009", "现场笔录;整改照片", "", "",
            "先降音量再取证，同一场所一月三次以上联合约谈。",
        ),
        (
            "T0101", "多人聚集、可能激化的矛盾", "peace", "police;justice", "7 work_day",
            "30 natural_day", "稳控=2 urgent_hour;调处=7 work_day", "JB-001", _TALK, _HARD,
            "peace;police;justice;office",
            "第一时间到场分开双方、稳定情绪，按村、镇、县三级联调推进；每步留记录。",
        ),
        (
            "T0102", "初次信访或重复信访事项", "peace", "office", "15 work_day", "60 natural_day",
            "", "JB-002", "答复意见书;送达回证", "", "",
            "当日见面、三日内告知受理，按诉求分解责任单位；不得泄露来访人身份。",
        ),
        (
            "T0103", "邻里采光、排水、噪声、宅界纠纷", "peace", "justice", "5 work_day", "",
            "", "JB-001", _TALK, "", "",
            "村级调解员先行，三日内至少见面一次；达成协议可申请司法确认。",
        ),
        (
            "T0104", "拖欠工资、工伤赔付争议", "peace", "justice;office", "10 work_day",
            "60 natural_day", "登记=1 work_day;协调=10 work_day", "JB-003", _TALK, _HARD,
            "peace;justice;police",
            "核实人数和金额，先约谈用工单位；涉及建设项目的查工资保证金。",
        ),
        (
            "T0105", "林地、耕地、宅基地权属争议", "land", "peace;justice;agriculture",
            "20 work_day", "180 natural_day", "", "PH-011", _TALK, _HARD,
            "land;peace;justice;agriculture",
            "调取确权档案，现场指界并绘草图；调处期间任何一方不得抢种抢建。",
        ),
        (
            "T0201", "形迹可疑、尾随、踩点", "police", "", "1 urgent_hour", "", "", "PH-012",
            _NOTE, "", "", "留存视频片段和时间线，由派出所核查；不在群里传播人脸。",
        ),
        (
            "T0203", "预警对象正在转账或屏幕共享", "police", "peace", "30 urgent_minute", "",
            "见面=30 urgent_minute", "PH-012", _NOTE, "", "",
            "电话占线劝阻，十五分钟内见面；网格员陪同，协助止付。",
        ),
        (
            "T0301", "企业安全设施缺失、违规动火、危化品乱放", "emergency", "fire;market",
            "5 work_day", "15 work_day", "停用=2 urgent_hour;整改=5 work_day", "JB-011", _ORDER,
            _JOINT, "emergency;fire;market",
            "重大隐患当场停产停用，列明整改时限和责任人，复查前不得恢复。",
        ),
        (
            "T0302", "餐饮、家庭燃气软管、报警器隐患", "emergency", "market;construction",
            "24 urgent_hour", "", "停用=30 urgent_minute;整改=24 urgent_hour", "JB-012", _ORDER,
            _JOINT, "emergency;market;construction",
            "查软管、阀门、报警器、瓶组间；不合格立即停用，换好复测后恢复。",
        ),
        (
            "T0303", "楼道飞线充电、室内停放", "emergency", "fire;grid_center", "8 work_hour", "",
            "", "JB-013", _PAIR, "", "", "当场断电移车，查集中充电位；反复发生的入户告知并公示。",
        ),
        (
            "T0401", "小商店、小餐饮、小旅馆等消防隐患", "fire", "emergency;market", "5 work_day",
            "", "", "PH-004", _ORDER, _JOINT, "fire;emergency;market",
            "看两证、两口、两器：出口、电气、灭火器；住人的立即清退。",
        ),
        (
            "T0403", "消防车道、疏散通道被占", "fire", "enforcement;police", "2 urgent_hour",
            "", "", "PH-004", _PAIR, _JOINT, "fire;enforcement;police",
            "先通知移走，半小时不到强制清障；划线标识同步补齐。",
        ),
        (
            "T0404", "建筑、车辆、垃圾等起火", "fire", "emergency;police;power", "2 urgent_hour",
            "", "到场=15 urgent_minute;扑灭=2 urgent_hour", "PH-004",
            "到场照片;扑灭照片;火情登记", _URGENT, "fire;emergency;police;power",
            "先救人，切断电气，疏散下风向人员；火灭后留人看守余烬不少于两小时。",
        ),
        (
            "T0501", "食品过期、无证加工、异物", "market", "", "7 work_day", "", "", "PH-013",
            _ORDER, "", "", "封存留样，查进货台账；疑似食物中毒立即报卫生院。",
        ),
        (
            "T0601", "污水直排沟渠、河道，水体变色异味", "county_ecology",
            "construction;county_water", "3 work_day", "15 work_day",
            "截污=4 urgent_hour;查处=3 work_day", "PH-014", "采样记录;处置前照片;处置后照片",
            _JOINT, "county_ecology;construction;county_water",
            "沿排口溯源，先堵后查，上下游各取一份水样；通知下游停止取水。",
        ),
        (
            "T0602", "田间秸秆露天焚烧", "agriculture", "fire;county_ecology", "1 urgent_hour", "",
            "扑灭=30 urgent_minute", "JB-043", _FULL, "", "",
            "先灭火、量面积、找地块承包人；当日通报所在村并加密巡查。",
        ),
        (
            "T0603", "河道内非法采砂、运砂", "county_water", "police;land", "4 urgent_hour", "",
            "制止=1 urgent_hour", "PH-015", "现场照片;扣押清单", _JOINT,
            "county_water;police;land",
            "先锁船锁车、固定方量证据，夜间行动须有派出所同行。",
        ),
        (
            "T0604", "养殖粪污外排、异味", "agriculture", "county_ecology", "5 work_day", "", "",
            "JB-044", _PAIR, "", "", "查防渗池容量和还田协议，责令清淤并限期改造。",
        ),
        (
            "T0801", "占用耕地、未批先建", "land", "enforcement;agriculture", "10 work_day",
            "30 natural_day", "停工=4 work_hour;立案=10 work_day", "PH-016",
            "现场勘验笔录;责令停止通知书", _JOINT, "land;enforcement;agriculture;police",
            "两违早发现：打地基阶段当日制止，套合基本农田图层并附坐标。",
        ),
        (
            "T0803", "畜禽不明原因死亡", "agriculture", "", "4 urgent_hour", "",
            "封控=2 urgent_hour;采样=4 urgent_hour", "JB-042", _NOTE, _URGENT,
            "agriculture;police;emergency",
            "限制移动、封场消毒，采样送检；未定性前不得发布病名。",
        ),
        (
            "T0804", "渠道淤塞、机井损坏、涵闸失修", "agriculture", "county_water", "5 work_day",
            "", "", "JB-041", _PAIR, "", "", "灌溉期先通水后修复，注明受益亩数。",
        ),
        (
            "T0902", "独居老人无人照看、养老机构问题", "convenience", "grid_center",
            "3 work_day", "", "入户=4 urgent_hour", "JB-051", _NOTE, "", "",
            "当日入户见到本人，列明用药和联系人，安排结对照看。",
        ),
        (
            "T0904", "片区停水、停电或水压不足", "power", "waterworks", "8 urgent_hour",
            "24 urgent_hour", "告知=1 urgent_hour;恢复=8 urgent_hour", "PH-002",
            "抢修照片;恢复记录", "", "",
            "先答复影响范围和预计恢复时间，重点户（血透、养老院）接应急电源。",
        ),
        (
            "T1101", "堤坝渗漏、村庄进水、人员被困", "emergency",
            "county_water;agriculture;police;fire", "4 urgent_hour", "",
            "到场=30 urgent_minute;转移=2 urgent_hour;控制=4 urgent_hour", "JB-014",
            "到场照片;转移名单;水位记录", _URGENT,
            "emergency;county_water;fire;police",
            "先转移人，再保设施：按网格逐户清点，老弱病残优先，清点人数当面签字。",
        ),
        (
            "T1102", "林区烟点、明火", "emergency", "fire;agriculture;police", "2 urgent_hour",
            "", "到场=30 urgent_minute;合围=2 urgent_hour", "JB-015", "到场照片;火场坐标",
            _URGENT, "emergency;fire;agriculture;police",
            "卡住两翼、留足退路，未经培训人员不得上火线；火场坐标报到分。",
        ),
        (
            "T1103", "山体滑坡、崩塌、地裂", "land", "emergency;police", "4 urgent_hour", "",
            "撤离=1 urgent_hour;监测=4 urgent_hour", "JB-016", "撤离名单;现场照片", _URGENT,
            "land;emergency;police",
            "先撤人、封路、挂警示，裂缝钉桩观测；未经研判不得回迁。",
        ),
        (
            "T1104", "人员走失、落水", "police", "fire;emergency;grid_center", "2 urgent_hour",
            "", "到场=20 urgent_minute", "PH-017", "现场照片;搜救记录", _URGENT,
            "police;fire;emergency",
            "同步调取沿线视频，按最后出现点分片搜寻，家属专人对接。",
        ),
        (
            "T1105", "有人倒地、受伤、昏迷", "emergency", "police;grid_center", "1 urgent_hour",
            "", "到场=15 urgent_minute", "JB-006", "现场照片;送医记录", _URGENT,
            "emergency;police;grid_center",
            "先拨 120，由最近的网格员看护，不随意搬动伤者；疏散围观，引导救护车。",
        ),
    )
)  # fmt: skip


class DutyRow(NamedTuple):
    """One line of ``duties.csv``; ``law`` is its legal basis by its short name.

    The list it stands in is told by the letters its number begins with.
    """

    item: str
    title: str
    body: str
    co_bodies: str
    law: str


DUTY_LISTS: Final = {
    "JB": "basic",  # 基本履职
    "PH": "cooperate",  # 配合履职
    "SH": "withdrawn",  # 上级收回
    "FQ": "delegated",  # 赋权
}

DUTIES: Final = tuple(
    DutyRow(*row)
    for row in (
        ("JB-001", "排查化解矛盾纠纷", "peace", "justice", "人民调解法"),
        ("JB-002", "受理办理初次信访事项", "peace", "office", "信访工作条例"),
        ("JB-003", "协调处理用工欠薪苗头", "peace", "justice", "保障农民工工资支付条例"),
        ("JB-004", "网格日常巡查和信息采集", "grid_center", "", "地方组织法"),
        ("JB-005", "受理群众诉求并答复", "convenience", "grid_center", "地方组织法"),
        ("JB-006", "突发事件信息报送", "office", "emergency", "突发事件应对法"),
        ("JB-011", "辖区生产经营单位安全检查", "emergency", "market", "安全生产法"),
        ("JB-012", "燃气使用安全入户宣传和排查", "emergency", "construction", "城镇燃气管理条例"),
        ("JB-013", "电动车违规充电停放劝阻", "emergency", "grid_center", "消防法"),
        ("JB-014", "防汛抗旱群众转移避险", "emergency", "agriculture", "防洪法"),
        ("JB-015", "森林防火巡护和初期处置", "emergency", "agriculture", "森林防火条例"),
        ("JB-016", "地质灾害隐患点巡查和撤离", "emergency", "land", "地质灾害防治条例"),
        ("JB-021", "镇管道路井盖管护", "construction", "waterworks", "村庄和集镇规划建设管理条例"),
        ("JB-022", "镇区雨污管网和箅子清掏", "construction", "", "村庄和集镇规划建设管理条例"),
        ("JB-023", "镇区杆线箱体秩序管理", "construction", "power", "村庄和集镇规划建设管理条例"),
        ("JB-024", "镇管路灯维护", "construction", "power", "村庄和集镇规划建设管理条例"),
        ("JB-025", "镇村道路及附属设施管护", "construction", "police", "农村公路条例"),
        ("JB-026", "镇村桥涵日常检查", "construction", "", "农村公路条例"),
        ("JB-027", "生活垃圾收运和公共区域保洁", "construction", "", "城市市容和环境卫生管理条例"),
        ("JB-028", "镇管绿地和行道树养护", "construction", "", "城市绿化条例"),
        ("JB-029", "公共健身设施管护", "construction", "", "全民健身条例"),
        ("JB-030", "小型工程开工信息登记和扬尘提醒", "construction", "enforcement",
         "大气污染防治法"),
        ("JB-041", "小型农田水利设施管护", "agriculture", "", "农田水利条例"),
        ("JB-042", "畜禽强制免疫和死亡动物收集", "agriculture", "", "动物防疫法"),
        ("JB-043", "秸秆禁烧宣传巡查", "agriculture", "grid_center", "大气污染防治法"),
        ("JB-044", "规模以下养殖污染防治指导", "agriculture", "", "畜禽规模养殖污染防治条例"),
        ("JB-045", "耕地抛荒排查和复耕", "agriculture", "land", "乡村振兴促进法"),
        ("JB-051", "独居和特困老人探访照看", "convenience", "grid_center", "社会救助暂行办法"),
        ("JB-052", "低保和临时救助申请初审", "convenience", "", "社会救助暂行办法"),
        ("JB-053", "残疾人证办理代办", "convenience", "", "残疾人保障法"),
        ("PH-001", "供水设施抢修现场协助", "waterworks", "construction", "城市供水条例"),
        ("PH-002", "电力抢修和保供现场协助", "power", "construction", "电力供应与使用条例"),
        ("PH-003", "燃气事故先期处置", "emergency", "fire;police", "城镇燃气管理条例"),
        ("PH-004", "消防隐患督促整改和初期火灾扑救", "fire", "emergency", "消防法"),
        ("PH-005", "交通信号设施故障报告和疏导", "police", "", "道路交通安全法"),
        ("PH-006", "供热设施抢修现场协助", "construction", "", "市供热管理办法"),
        ("PH-007", "静态交通秩序管理", "police", "enforcement", "道路交通安全法"),
        ("PH-008", "养犬管理和流浪犬处置", "police", "agriculture", "动物防疫法"),
        ("PH-009", "社会生活噪声处置", "police", "enforcement", "噪声污染防治法"),
        ("PH-010", "餐饮油烟污染查处", "county_ecology", "enforcement", "大气污染防治法"),
        ("PH-011", "土地山林权属争议调处", "land", "justice", "土地权属争议调查处理办法"),
        ("PH-012", "治安线索和反诈预警见面劝阻", "police", "peace", "反电信网络诈骗法"),
        ("PH-013", "食品安全问题查处", "market", "", "食品安全法"),
        ("PH-014", "水污染现场处置", "county_ecology", "construction", "水污染防治法"),
        ("PH-015", "河道采砂巡查报告", "county_water", "agriculture", "水法"),
        ("PH-016", "违法用地早期发现和制止", "land", "enforcement", "土地管理法"),
        ("PH-017", "走失落水人员搜救协助", "police", "fire", "人民警察法"),
        ("PH-018", "严重精神障碍患者管理协助", "police", "peace", "精神卫生法"),
        ("PH-019", "社区矫正对象教育帮扶", "justice", "peace", "社区矫正法"),
        ("PH-020", "国省道沿线环境整治", "county_urban", "construction", "公路安全保护条例"),
        ("SH-001", "燃气经营企业许可审查", "county_urban", "", "城镇燃气管理条例"),
        ("SH-002", "危险化学品经营许可审查", "emergency", "", "危险化学品安全管理条例"),
        ("SH-003", "建设工程质量监督", "county_urban", "", "建设工程质量管理条例"),
        ("SH-004", "特种设备安全监察", "market", "", "特种设备安全监察条例"),
        ("SH-005", "取水许可审批", "county_water", "", "取水许可和水资源费征收管理条例"),
        ("SH-006", "建设项目环境影响评价审批", "county_ecology", "", "建设项目环境保护管理条例"),
        ("SH-007", "药品经营许可审查", "market", "", "药品经营和使用质量监督管理办法"),
        ("SH-008", "房屋安全鉴定", "county_urban", "", "城市危险房屋管理规定"),
        ("SH-009", "企业名录和统计台账重复填报", "office", "", "统计法"),
        ("SH-010", "水利工程施工许可", "county_water", "", "水利工程建设项目管理规定"),
        ("FQ-001", "乡村建设规划违法建设行政处罚", "enforcement", "land", "城乡规划法"),
        ("FQ-002", "擅自倾倒抛撒建筑垃圾行政处罚", "enforcement", "police",
         "城市市容和环境卫生管理条例"),
        ("FQ-003", "露天焚烧、露天烧烤行政处罚", "enforcement", "county_ecology", "大气污染防治法"),
        ("FQ-004", "占道经营、堆放物料行政处罚", "enforcement", "", "城市市容和环境卫生管理条例"),
        ("FQ-005", "乱张贴、乱涂写行政处罚", "enforcement", "", "城市市容和环境卫生管理条例"),
        ("FQ-006", "户外广告设施设置监管", "enforcement", "market", "城市市容和环境卫生管理条例"),
        ("FQ-007", "夜间施工噪声行政处罚", "enforcement", "county_ecology", "噪声污染防治法"),
        ("FQ-008", "农村宅基地审批", "land", "agriculture", "土地管理法"),
        ("FQ-009", "小型畜禽养殖备案", "agriculture", "", "畜牧法"),
        ("FQ-010", "临时占用村道审批", "construction", "police", "农村公路条例"),
        ("FQ-011", "城镇排水设施违法行为行政处罚", "enforcement", "construction",
         "城镇排水与污水处理条例"),
        ("FQ-012", "随地倾倒生活垃圾行政处罚", "enforcement", "", "固体废物污染环境防治法"),
    )
)  # fmt: skip

WORDS: Final[dict[str, str]] = {
    # what people say when they mean a class; its name counts by itself
    "C0101": "上水井盖;自来水井盖",
    "C0102": "污水井盖;下水道井盖",
    "C0103": "雨水箅子;雨篦子;水篦子;箅子",
    "C0104": "电线杆;电杆;配电箱;变压器;电箱",
    "C0105": "通信箱;光缆箱;交接箱",
    "C0106": "灯杆;灯罩;路灯杆",
    "C0107": "水表箱;水阀;取水口",
    "C0108": "调压箱;燃气立管;燃气管锈",
    "C0109": "消防栓;消火栓",
    "C0110": "监控坏;摄像头坏;画面模糊;画面异动;视频丢失",
    "C0201": "红绿灯;信号灯",
    "C0202": "护栏;隔离栏",
    "C0203": "指示牌;标志牌;路牌",
    "C0204": "桥梁;涵洞;桥面;桥栏",
    "C0205": "候车亭;公交站台",
    "C0301": "公厕;厕所;卫生间",
    "C0302": "垃圾桶破;垃圾箱坏;垃圾桶倒",
    "C0303": "中转站;垃圾站",
    "C0304": "广告牌松;广告牌要掉;灯箱坏",
    "C0401": "枯树;死树;行道树;树枝遮挡",
    "C0402": "绿化护栏;绿地栏杆",
    "C0403": "健身器材;健身器",
    "C0501": "宣传栏;公示栏",
    "C0502": "水闸;泵站;闸门",
    "C0503": "防汛物资;沙袋",
    "E0101": "违建;违章搭建;私搭;乱建;加盖;搭棚",
    "E0102": "垃圾成堆;垃圾堆;乱倒垃圾;垃圾没人清;漂浮物",
    "E0103": "渣土;建筑垃圾;装修垃圾",
    "E0104": "路面脏;没人打扫;落叶;积尘",
    "E0105": "杂草;绿地脏;草坪",
    "E0106": "烧垃圾;焚烧;烧树叶",
    "E0107": "堆放杂物;堆物;杂物;占用楼道",
    "E0108": "晾晒;晾衣;挂衣服",
    "E0109": "油烟;烟味呛",
    "E0110": "死猪;死狗;死猫;动物尸体;死鸡",
    "E0111": "垃圾桶满;满溢;垃圾溢出",
    "E0201": "小广告;牛皮癣;乱贴",
    "E0202": "违规广告;户外广告;大幅广告",
    "E0203": "横幅;标语;条幅",
    "E0301": "扬尘;灰尘大;工地灰;裸土",
    "E0302": "夜间施工;半夜施工;晚上施工;施工噪声;施工吵",
    "E0303": "抛洒;撒漏;渣土车",
    "E0304": "占道施工;挖路;围挡占路",
    "E0401": "水管爆;水管破裂;爆管;水管漏水;自来水漏",
    "E0402": "燃气泄漏;煤气味;燃气味;漏气",
    "E0403": "暖气管;热力管;供暖管道",
    "E0404": "下水道堵;污水外溢;污水冒;排水不畅;管道堵",
    "E0405": "路面塌陷;塌陷;坑洼;路面破损;大坑",
    "E0406": "积水;水淹路",
    "E0407": "井盖破损;井盖缺失;井盖没了;井盖松动;井盖丢",
    "E0408": "路灯不亮;路灯坏;灯不亮;路灯故障",
    "E0409": "树倒;树木倒;断枝;大树倒",
    "E0410": "电线掉;线缆垂;电线断;线缆脱落",
    "E0501": "占道经营;摆摊;占道卖;占道摆",
    "E0502": "店外经营;出店经营;摆到门外",
    "E0503": "流动摊贩;游商;流动商贩",
    "E0504": "违停;乱停车;堵路;停车乱;占用消防通道停",
    "E0505": "电动车乱停;自行车乱停;电瓶车乱放",
    "E0506": "烧烤;烤串",
    "E0507": "流浪狗;野狗;狗咬人;流浪犬",
    "E0601": "音响;噪声扰民;喇叭",
    "E0602": "广场舞;跳舞扰民",
    "E0603": "共享单车",
    "T0101": "打架;纠纷;吵架;聚集;矛盾",
    "T0102": "信访;上访",
    "T0103": "邻居;邻里;宅基地界;采光",
    "T0104": "欠薪;拖欠工资;讨薪;工伤",
    "T0105": "土地纠纷;林地纠纷;地界",
    "T0201": "可疑人员;形迹可疑;尾随;踩点;区域入侵",
    "T0202": "偷盗;被偷;小偷;盗窃;抢劫",
    "T0203": "诈骗;转账;屏幕共享;刷单",
    "T0301": "安全隐患;违规动火;危化品;安全帽",
    "T0302": "燃气软管;煤气罐;液化气瓶",
    "T0303": "飞线充电;楼道充电;电动车充电;电动车进楼",
    "T0304": "烟花;爆竹;鞭炮",
    "T0401": "小商店;小旅馆;灭火器;安全出口",
    "T0402": "出租屋;群租",
    "T0403": "消防通道;消防车道",
    "T0404": "着火;起火;火灾;冒浓烟;疑似烟雾;疑似明火",
    "T0501": "过期食品;食物中毒;食品安全;吃坏",
    "T0502": "办酒席;集体聚餐;流水席",
    "T0503": "药店;假药;过期药",
    "T0601": "污水直排;排污;黑水;臭水",
    "T0602": "烧秸秆;秸秆焚烧",
    "T0603": "采砂;偷沙;挖沙",
    "T0604": "养猪场;粪污;养殖臭",
    "T0701": "村里脏;村道垃圾",
    "T0702": "乱拉线;飞线;电线乱",
    "T0801": "占耕地;耕地建房;未批先建",
    "T0802": "撂荒;荒地",
    "T0803": "猪瘟;禽流感;鸡大量死亡;疫病",
    "T0804": "水渠;机井;灌溉",
    "T0901": "低保;困难救助;救助金",
    "T0902": "养老;独居老人;养老院",
    "T0903": "残疾;轮椅;残疾证",
    "T0904": "停水;停电;没水;没电;水压",
    "T1001": "精神病;精神障碍;发病打人",
    "T1002": "社区矫正",
    "T1003": "刑满释放",
    "T1101": "洪水;堤坝;进水;被淹;内涝;水位超",
    "T1102": "山火;森林火;林区烟",
    "T1103": "滑坡;泥石流;山体塌方;落石;坡面位移",
    "T1104": "走失;失踪;落水;溺水;涉水",
    "T1105": "人员倒地;晕倒;昏倒;昏迷;摔伤",
    "T1201": "网上有人发;短视频曝光;舆情",
}

REACHES: Final[dict[str, tuple[int | None, int | None, int | None]]] = {
    # near and far in metres, hours: a fixed thing stays broken for days, noise is over by morning
    "C": (50, 300, 168),
    "E04": (150, 600, 48),
    "E0302": (300, 1000, 8),
    "E0601": (200, 800, 6),
    "E0602": (200, 800, 6),
    "T04": (200, 800, 6),
    "T1101": (500, 3000, 24),
    "T1102": (1000, 5000, 12),
}


class ReplyRow(NamedTuple):
    """One line of ``replies.csv``."""

    code: str
    reason: str
    reply: str
    not_ours: str


REPLIES: Final = (
    ReplyRow(
        "R01",
        "不属本级：应由县级部门办理",
        "您反映的事项属{where}职责，我们已告知对方，请您向{where}了解办理情况。",
        "yes",
    ),
    ReplyRow(
        "R02",
        "不属本级：不在本镇辖区",
        "您反映的地点不在云溪镇辖区，已建议您向{where}反映。",
        "yes",
    ),
    ReplyRow(
        "R03", "不属本级：上级已收回事项", "该事项已收回由{where}办理，我们已代为转告。", "yes"
    ),
    ReplyRow(
        "R04",
        "信息不全，无法核实",
        "您反映的内容缺少地点或具体情况，无法核实。请补充后再次反映。",
        "",
    ),
    ReplyRow(
        "R05", "核实不属实", "经网格员现场核实，未发现您反映的情况。如有新情况请再次反映。", ""
    ),
    ReplyRow(
        "R06",
        "已进入法定程序",
        "您反映的事项已进入诉讼、仲裁或行政复议程序，将按程序办理。",
        "",
    ),
    ReplyRow("R07", "咨询，已当场答复", "您咨询的问题已当场答复，如需进一步了解请来电。", ""),
)


class TransferRow(NamedTuple):
    """One line of ``transfers.csv``."""

    code: str
    name: str
    limit: str
    body: str
    phone: str


TRANSFERS: Final = (
    TransferRow("110", "110 报警服务台", "10 urgent_minute", "", ""),
    TransferRow("police", "云溪派出所", "2 urgent_hour", "police", ""),
    TransferRow("court", "县人民法院", "3 work_day", "", ""),
    TransferRow("arbitration", "县劳动人事争议仲裁院", "2 work_day", "", ""),
)


class LevelRow(NamedTuple):
    """One line of ``mediation.csv``; the village mediates where the dispute is."""

    level: str
    limit: str
    body: str


LEVELS: Final = (
    LevelRow("village", "2 natural_day", ""),
    LevelRow("township", "3 natural_day", "peace"),
    LevelRow("county", "2 natural_day", ""),  # whom the county names is chosen when it goes up
)
DISPUTES: Final = frozenset({"T0101", "T0103", "T0104", "T0105"})
"""The categories that go up the ladder."""

ABOVE_THE_LIAISON: Final = (("deputy", "分管副职"), ("head", "主要负责人"))
"""Who is called in a body that does not answer, one after the other."""
SLOW_CALL: Final = ("30 urgent_minute", "2 urgent_hour")
"""Within what a hard problem is answered and met: it is planned, not rushed to."""
CALLS: Final[Mapping[str, tuple[str, str]]] = {
    # category: gear to bring, what the whistle says
    "C0108": ("测爆仪、警戒带、灭火器", "燃气设施受损，请到场警戒、检测、抢修。"),
    "C0204": ("锥桶、警戒带、照明", "桥涵险情，请到场封闭、绕行引导、检测。"),
    "C0502": ("水泵、沙袋、绝缘手套", "排涝设施故障，请到场抢修、备用排水。"),
    "E0101": ("执法记录仪、测量工具", "现场联合认定违法建设，当场停工。"),
    "E0103": ("执法记录仪、取证相机", "现场查处倾倒，追查车辆和来源。"),
    "E0106": ("灭火器、执法记录仪", "现场制止焚烧，扑灭余火，取证。"),
    "E0109": ("油烟快检仪、执法记录仪", "现场检测油烟净化设施，责令整改。"),
    "E0301": ("扬尘检测仪、执法记录仪", "现场检查施工降尘措施，责令整改。"),
    "E0303": ("执法记录仪、清扫车", "现场查处抛洒，组织清扫恢复。"),
    "E0401": ("抢修设备、锥桶", "水管破裂，请到场关阀、抢修、疏导。"),
    "E0402": ("测爆仪、警戒带、扩音器", "燃气泄漏，请立即到场警戒、疏散、检测。"),
    "E0403": ("抢修设备、锥桶、警戒带", "热力管破裂，请到场关阀、防烫警戒、抢修。"),
    "E0405": ("锥桶、警戒带、照明", "路面塌陷，请到场封闭、探查、绕行引导。"),
    "E0406": ("水泵、锥桶、救生绳", "道路积水，请到场封路、抽排、看护。"),
    "E0409": ("油锯、升降车、警戒带", "树木倒伏，请到场断电、清障、恢复通行。"),
    "E0501": ("执法记录仪", "占道经营集中，请到场联合劝离、疏导。"),
    "E0506": ("执法记录仪、油烟快检仪", "露天烧烤扰民，请到场联合整治。"),
    "T0101": ("执法记录仪、调解文书", "多人聚集，请到场稳控、分头做工作、就地调解。"),
    "T0104": ("工资台账表、调解文书", "欠薪争议，请到场核账、调解、固定证据。"),
    "T0105": ("权属档案、测量工具", "权属争议，请到场勘界、调解。"),
    "T0301": ("检查表、执法记录仪", "企业重大隐患，请到场联合检查、责令停用。"),
    "T0302": ("燃气检测仪、检查表", "燃气用户隐患，请到场联合检查、更换。"),
    "T0401": ("消防检查表、执法记录仪", "九小场所隐患，请到场联合检查、限期整改。"),
    "T0403": ("执法记录仪、拖移设备", "消防通道被占，请到场联合清理。"),
    "T0404": ("灭火装备、警戒带", "火警，请立即到场扑救、疏散、断电。"),
    "T0601": ("采样瓶、水质快检仪", "污水直排，请到场溯源、采样、封堵。"),
    "T0603": ("执法船艇、取证相机", "河道盗采，请到场查扣、固定证据。"),
    "T0801": ("测量工具、执法记录仪", "违法占地，请到场联合认定、制止。"),
    "T0803": ("防护服、消杀药械", "畜禽异常死亡，请到场封控、采样、消杀。"),
    "T1101": ("冲锋舟、沙袋、救生衣、照明", "汛情险情，请立即到场转移群众、抢险。"),
    "T1102": ("风力灭火机、二号工具、对讲机", "林区火情，请立即到场扑救、清出隔离带。"),
    "T1103": ("警戒带、生命探测、照明", "地质灾害，请立即到场撤人、警戒、监测。"),
    "T1104": ("无人机、救生设备、照明", "人员走失或落水，请立即到场搜救。"),
    "T1105": ("急救包、担架、警戒带", "有人倒地，请立即到场救护、警戒、引导救护车。"),
}
"""What a whistle says and wants brought, for every standard that calls somebody."""
