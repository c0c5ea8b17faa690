"""What is wrong with a hall pack, where it stands, and how to mend it, in Chinese and English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from commandcenter.domain.words import trouble


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  # something written down is not in force
    WARNING = "warning"  # in force, but probably not as meant
    INFO = "info"  # nothing wrong, only absent


class Fault(StrEnum):
    """Everything that can be wrong with a pack; ``_WORDS`` says it in words."""

    # files
    ABSENT = "absent"
    NO_SETTINGS = "no_settings"
    UNREADABLE = "unreadable"
    NOT_TEXT = "not_text"
    NO_PACKAGE = "no_package"
    NO_FOLDER = "no_folder"
    NO_FILE = "no_file"
    # hall.toml and calendar.toml
    BAD_TOML = "bad_toml"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_SECTION = "unknown_section"
    MISSING_KEY = "missing_key"
    BAD_SETTING = "bad_setting"
    NO_YEAR = "no_year"
    EMPTY_CALENDAR = "empty_calendar"
    EMPTY_YEAR = "empty_year"
    FEW_HOLIDAYS = "few_holidays"
    NO_SUCH_FILE = "no_such_file"
    PLAIN_SOCKET = "plain_socket"
    SECRET_IN_URL = "secret_in_url"  # noqa: S105 - the name of a fault, not a secret
    DUPLICATE_FEED = "duplicate_feed"
    FEED_OFF = "feed_off"
    PLAIN_CHANNEL = "plain_channel"
    SECRET_IN_PACK = "secret_in_pack"  # noqa: S105 - the name of a fault, not a secret
    SECRET_ABSENT = "secret_absent"  # noqa: S105 - the name of a fault, not a secret
    CHANNEL_OFF = "channel_off"
    # tables
    NO_HEADER = "no_header"
    MISSING_COLUMN = "missing_column"
    UNKNOWN_COLUMN = "unknown_column"
    SURPLUS_COLUMN = "surplus_column"
    DUPLICATE_COLUMN = "duplicate_column"
    BROKEN_ROW = "broken_row"
    LONG_CELL = "long_cell"
    CONTROL_LETTERS = "control_letters"
    LIKE_FORMULA = "like_formula"
    ODD_QUOTE = "odd_quote"
    TOO_MANY_CELLS = "too_many_cells"
    EMPTY_CELL = "empty_cell"
    BAD_CELL = "bad_cell"
    UNUSED_CELL = "unused_cell"
    SPOILT_CODE = "spoilt_code"
    WIDE_COMMA = "wide_comma"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_REFERENCE = "unknown_reference"
    LOST_REFERENCES = "lost_references"  # only where findings are summed up for a person
    RING_OF_PARENTS = "ring_of_parents"
    PROGRAMS_ROLE = "programs_role"
    NOBODY = "nobody"
    NO_DISPATCHER = "no_dispatcher"
    NOWHERE = "nowhere"
    NO_STANDARD = "no_standard"
    NO_NUMBER = "no_number"
    POINT_ELSEWHERE = "point_elsewhere"
    LADDER_SUM = "ladder_sum"
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    # files that somebody wants to import
    WEB_PAGE = "web_page"
    OLD_WORKBOOK = "old_workbook"
    NOT_WORKBOOK = "not_workbook"
    LOCKED_WORKBOOK = "locked_workbook"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    NO_SUCH_SHEET = "no_such_sheet"
    WRONG_SHEET = "wrong_sheet"
    SEVERAL_SHEETS = "several_sheets"
    HIDDEN_SHEET = "hidden_sheet"
    MERGED_CELLS = "merged_cells"
    FORMULA = "formula"
    FORMULA_EMPTY = "formula_empty"
    CELL_ERROR = "cell_error"
    UNKNOWN_NAME = "unknown_name"
    NOT_WRITTEN = "not_written"
    # grids
    BAD_JSON = "bad_json"
    NO_FEATURES = "no_features"
    NO_POLYGON = "no_polygon"
    SHORT_RING = "short_ring"
    OPEN_RING = "open_ring"
    FAR_POINT = "far_point"
    CROSSED_RING = "crossed_ring"


@dataclass(frozen=True, slots=True)
class _Words:
    severity: Severity
    problem: Mapping[str, str]
    remedy: Mapping[str, str]


def _words(severity: Severity, zh: tuple[str, str], en: tuple[str, str]) -> _Words:
    return _Words(severity, {"zh": zh[0], "en": en[0]}, {"zh": zh[1], "en": en[1]})


_WORDS: Final[Mapping[Fault, _Words]] = {
    Fault.ABSENT: _words(
        Severity.INFO,
        ("没有 {file}，大厅照常运行，只是没有其中的内容。", "需要时把 {file} 放进大厅资料夹。"),
        ("There is no {file}; the hall works without it.", "Add {file} to the pack when needed."),
    ),
    Fault.NO_FOLDER: _words(
        Severity.ERROR,
        (
            "没有 {file} 这个文件夹。",
            "核对 --hall 的路径；新建大厅可从 resources/demo 复制一份再改。",
        ),
        (
            "There is no folder {file}.",
            "Check the path given with --hall; a new hall may start as a copy of resources/demo.",
        ),
    ),
    Fault.NO_FILE: _words(
        Severity.ERROR,
        ("没有 {file} 这个文件。", "核对文件名和所在的文件夹。"),
        ("There is no file {file}.", "Check its name and the folder it is in."),
    ),
    Fault.NO_SETTINGS: _words(
        Severity.ERROR,
        (
            "资料夹里没有 hall.toml，本大厅的设置一项也没有。",
            "核对资料夹路径，或写一个含 [hall] name 和 code 的 hall.toml。",
        ),
        (
            "The pack has no hall.toml; none of the hall's settings are known.",
            "Check the folder, or write a hall.toml that has [hall] with name and code.",
        ),
    ),
    Fault.UNREADABLE: _words(
        Severity.ERROR,
        ("读不了 {file}：{reason}。", "检查该文件的权限，并确认它是普通文件。"),
        ("{file} cannot be read: {reason}.", "Check its permissions and that it is a plain file."),
    ),
    Fault.NO_YEAR: _words(
        Severity.ERROR,
        ("{file} 里没有任何年份。", "按年份写成一节，如 [2027]，列出 holidays 和 make_up_days。"),
        (
            "{file} names no year.",
            "Write a section for the year, such as [2027], with holidays and make_up_days.",
        ),
    ),
    Fault.EMPTY_CALENDAR: _words(
        Severity.INFO,
        (
            "{file} 里没有任何年份，按已公布的放假安排（{years} 年）。",
            "需要时按年份写成一节，如 [2027]，列出 holidays 和 make_up_days。",
        ),
        (
            "{file} names no year; the published notices ({years}) are in force.",
            "When needed, write a section for a year, such as [2027], with its holidays.",
        ),
    ),
    Fault.EMPTY_YEAR: _words(
        Severity.INFO,
        (
            "[{key}] 一节是空的，不起作用；已公布放假安排的年份是 {years}。",
            "在其中列出 holidays 和 make_up_days，或删去这一节。",
        ),
        (
            "The section [{key}] is empty and changes nothing; notices are out for {years}.",
            "List its holidays and make_up_days, or delete it.",
        ),
    ),
    Fault.FEW_HOLIDAYS: _words(
        Severity.WARNING,
        (
            "“{key}”只列了 {count} 天，法定节假日就有 {least} 天，可能没有列全。",
            "对照放假通知补全，连同调休的周末一起列出；核对后仍照此使用也可以。",
        ),
        (
            "{key} lists {count} days only; {least} are holidays by law: some may be missing.",
            "Compare it with the notice and list every day off; it is in force as it is.",
        ),
    ),
    Fault.NO_PACKAGE: _words(
        Severity.ERROR,
        ("读这个文件需要的 {package} 没有安装，文件没有生效。", "请运行「{command}」。"),
        (
            "The package {package}, which this file needs, is not installed; it is not in force.",
            'Run this: "{command}".',
        ),
    ),
    Fault.NOT_TEXT: _words(
        Severity.ERROR,
        (
            "{file} 的内容不是文字：按 UTF-8、GB 18030、UTF-16 都读不出来。",
            "用写它的软件打开，另存为 UTF-8 编码；打不开就从备份恢复。",
        ),
        (
            "{file} cannot be read as UTF-8, GB 18030 or UTF-16 text.",
            "Save it as UTF-8 with the program it was written with, or restore it from a backup.",
        ),
    ),
    Fault.BAD_TOML: _words(
        Severity.ERROR,
        (
            "从这里起读不懂（{reason}），整个文件没有生效。",
            "检查这一行和上一行的引号、括号、等号是否写完整，有没有重复的项。",
        ),
        (
            "The file cannot be understood from here ({reason}); none of it is in force.",
            "Check quotes, brackets and equals signs here and above, and for repeated keys.",
        ),
    ),
    Fault.UNKNOWN_KEY: _words(
        Severity.ERROR,
        ("不认识“{key}”这一项，没有生效。", "是不是想写 {nearest}？请改正，或删去这一项。"),
        (
            "The key {key} is unknown and not in force.",
            "Did you mean {nearest}? Correct it, or delete it.",
        ),
    ),
    Fault.UNKNOWN_SECTION: _words(
        Severity.ERROR,
        (
            "不认识 [{key}] 这一节，其中写的都没有生效。",
            "是不是想写 {nearest}？请改正，或删去这一节。",
        ),
        (
            "The section [{key}] is unknown; nothing in it is in force.",
            "Did you mean {nearest}? Correct it, or delete the section.",
        ),
    ),
    Fault.MISSING_KEY: _words(
        Severity.ERROR,
        ("缺少“{key}”。", "补上这一项：{expected}。"),
        ("{key} is missing.", "Add it: {expected}."),
    ),
    Fault.BAD_SETTING: _words(
        Severity.ERROR,
        ("“{key}”的值 {value} 不能用，没有采用。", "应写成：{expected}。"),
        ("{key} has the unusable value {value}; it is not in force.", "Write {expected}."),
    ),
    Fault.NO_SUCH_FILE: _words(
        Severity.ERROR,
        ("“{key}”指的文件 {value} 不存在。", "放好该文件或改正路径；相对路径从资料夹算起。"),
        (
            "{key} names the file {value}, which does not exist.",
            "Put it there or correct the path; relative paths start at the pack.",
        ),
    ),
    Fault.PLAIN_SOCKET: _words(
        Severity.ERROR,
        (
            "接入 {feed} 用明文 ws:// 连接别的机器。",
            "改用 wss://；确需明文时写 allow_plaintext = true。",
        ),
        (
            "Feed {feed} would reach another machine in the clear (ws://).",
            "Use wss://, or set allow_plaintext = true if that must be.",
        ),
    ),
    Fault.SECRET_IN_URL: _words(
        Severity.ERROR,
        (
            "接入 {feed} 的地址里带有口令。",
            "把口令存进单独的文件，用 token_file 指向它，并更换已写出的口令。",
        ),
        (
            "The address of feed {feed} contains a secret.",
            "Keep the token in a file named by token_file, and replace the one written here.",
        ),
    ),
    Fault.DUPLICATE_FEED: _words(
        Severity.ERROR,
        ("接入编号 {feed} 用了两次。", "给每个 [[feed]] 一个不同的 id。"),
        ("Feed id {feed} is used twice.", "Give every [[feed]] its own id."),
    ),
    Fault.FEED_OFF: _words(
        Severity.ERROR,
        ("接入 {feed} 没有启用，不会收到它的消息。", "改好上面所列的各处后重新启动。"),
        ("Feed {feed} is off; nothing arrives from it.", "Mend what is listed above and restart."),
    ),
    Fault.PLAIN_CHANNEL: _words(
        Severity.ERROR,
        (
            "通道 {channel} 用明文发往别的机器。",
            '改用 https:// 或 mode = "ssl"；确需明文时写 allow_plaintext = true。',
        ),
        (
            "Channel {channel} would send in the clear to another machine.",
            'Use https:// or mode = "ssl"; if it must be, write allow_plaintext = true.',
        ),
    ),
    Fault.SECRET_IN_PACK: _words(
        Severity.ERROR,
        (
            "通道 {channel} 的密钥文件放在资料夹里，会随资料夹一起被复制。",
            "把它移到资料夹以外，只有本程序能读的地方，并更换密钥。",
        ),
        (
            "The key file of channel {channel} lies in the pack and is copied with it.",
            "Move it out of the pack, where only this program reads it, and replace the key.",
        ),
    ),
    Fault.SECRET_ABSENT: _words(
        Severity.WARNING,
        (
            "通道 {channel} 的密钥应在环境变量 {name} 里，现在没有；没有它一条也发不出去。",
            "启动前设好 {name}。",
        ),
        (
            (
                "Channel {channel} wants its key in the variable {name}, which is not set now;"
                " nothing leaves without it."
            ),
            "Set {name} before the start.",
        ),
    ),
    Fault.CHANNEL_OFF: _words(
        Severity.ERROR,
        ("通道 {channel} 没有启用，什么也不会从它发出。", "改好上面所列的各处后重新启动。"),
        (
            "Channel {channel} is off; nothing leaves by it.",
            "Mend what is listed above and restart.",
        ),
    ),
    Fault.NO_HEADER: _words(
        Severity.ERROR,
        ("{file} 没有读得懂的表头，整张表没有生效。", "第一行写列名：{expected}。"),
        (
            "{file} has no readable header; none of it is in force.",
            "Begin with the columns: {expected}.",
        ),
    ),
    Fault.MISSING_COLUMN: _words(
        Severity.ERROR,
        ("缺少“{column}”列，整张表没有生效。", "在第一行补上这一列；列之间用英文逗号分隔。"),
        (
            "The column {column} is missing; none of the table is in force.",
            "Add it to the first line; columns are separated by commas.",
        ),
    ),
    Fault.UNKNOWN_COLUMN: _words(
        Severity.WARNING,
        ("不认识“{column}”列，已忽略。", "改成 {nearest}，或删去这一列。"),
        ("The column {column} is unknown and ignored.", "Change it to {nearest}, or delete it."),
    ),
    Fault.SURPLUS_COLUMN: _words(
        Severity.WARNING,
        ("不认识“{column}”列，已忽略。", "这张表的各列都已写全，删去这一列。"),
        (
            "The column {column} is unknown and ignored.",
            "The file has every column there is; delete this one.",
        ),
    ),
    Fault.DUPLICATE_COLUMN: _words(
        Severity.WARNING,
        ("“{column}”列出现两次，只用第一个。", "删去多余的一列。"),
        ("The column {column} comes twice; the first is used.", "Delete one of them."),
    ),
    Fault.BROKEN_ROW: _words(
        Severity.ERROR,
        ("这一行的引号没有配对，已跳过。", "补上或删去多余的英文双引号。"),
        ("The quotes of this row do not match; it is skipped.", "Add or delete a double quote."),
    ),
    Fault.LONG_CELL: _words(
        Severity.ERROR,
        (
            "“{column}”有 {count} 个字，超过 {most} 个，这一行已跳过。",
            "缩短这一格；多半是把整段内容粘进了一格。",
        ),
        (
            "{column} has {count} letters, more than {most}; the row is skipped.",
            "Shorten it; a whole text may have been pasted into the cell.",
        ),
    ),
    Fault.CONTROL_LETTERS: _words(
        Severity.WARNING,
        (
            "“{column}”里有控制字符或读不出的字符，已去掉，成为 {value}。",
            "核对该值；文件可能已损坏，最好重新导出。",
        ),
        (
            "{column} holds control or unreadable letters; without them it is {value}.",
            "Check it; the file may be damaged, so better export it again.",
        ),
    ),
    Fault.LIKE_FORMULA: _words(
        Severity.WARNING,
        (
            "“{column}”的值 {value} 像公式，这里按文字使用。",
            "核对该值；确是编码就不必改，但表格软件打开时会把它当作公式。",
        ),
        (
            "{column} has {value}, which looks like a formula; it is used as text.",
            "Check it; a spreadsheet would reckon it when it opens the file.",
        ),
    ),
    Fault.ODD_QUOTE: _words(
        Severity.WARNING,
        (
            "“{column}”的值 {value} 里有不成对的英文双引号，这里照原样使用。",
            "多半是漏了一个引号，后面的逗号本该在格内；补上或删去它，确是原文就不必改。",
        ),
        (
            "{column} has {value}, with a double quote that has no other; it is used as it is.",
            "One was probably forgotten, and a comma meant as text: add or delete it.",
        ),
    ),
    Fault.TOO_MANY_CELLS: _words(
        Severity.ERROR,
        (
            "这一行有 {count} 格，表头只有 {columns} 列，已跳过。",
            "格内有逗号时，用英文双引号把整格括起来。",
        ),
        (
            "This row has {count} cells for {columns} columns; it is skipped.",
            "Put a cell that contains a comma between double quotes.",
        ),
    ),
    Fault.EMPTY_CELL: _words(
        Severity.ERROR,
        ("“{column}”是空的，这一行已跳过。", "填上：{expected}。"),
        ("{column} is empty; the row is skipped.", "Fill in {expected}."),
    ),
    Fault.BAD_CELL: _words(
        Severity.ERROR,
        ("“{column}”的值 {value} 读不懂，这一行已跳过。", "应写成：{expected}。"),
        ("{column} has the unreadable value {value}; the row is skipped.", "Write {expected}."),
    ),
    Fault.UNUSED_CELL: _words(
        Severity.ERROR,
        ("“{column}”的值 {value} 读不懂，没有采用。", "应写成：{expected}。"),
        ("{column} has the unreadable value {value}, which is not used.", "Write {expected}."),
    ),
    Fault.SPOILT_CODE: _words(
        Severity.ERROR,
        (
            "“{column}”的值 {value} 被表格软件改成了科学计数，这一行已跳过。",
            "把这一列设为文本格式，重新填写完整编码。",
        ),
        (
            "{column} was turned into {value} by a spreadsheet; the row is skipped.",
            "Make the column text and enter the full code again.",
        ),
    ),
    Fault.WIDE_COMMA: _words(
        Severity.ERROR,
        (
            "“{column}”的值 {value} 里有中文逗号，这一行已跳过。",
            "分隔各格要用英文逗号（,），把中文逗号（，）改过来。",
        ),
        (
            "{column} has {value}, with a Chinese comma; the row is skipped.",
            'Cells are parted by a plain comma (","): put one in its place.',
        ),
    ),
    Fault.DUPLICATE_KEY: _words(
        Severity.ERROR,
        ("“{value}”与第 {first} 行重复，这一行已跳过。", "两行合为一行，或改用不同的编码。"),
        (
            "{value} repeats row {first}; this row is skipped.",
            "Join the two rows, or give them different codes.",
        ),
    ),
    Fault.UNKNOWN_REFERENCE: _words(
        Severity.ERROR,
        ("“{column}”里的 {value} 在 {target} 中不存在，没有采用。", "在 {target} 中补上，或改正。"),
        (
            "{value} in {column} does not exist in {target} and is not used.",
            "Add it to {target}, or correct it here.",
        ),
    ),
    Fault.LOST_REFERENCES: _words(
        Severity.ERROR,
        (
            "“{column}”里的 {value} 等 {count} 处在 {target} 中找不到，因为 {target} 本身有错。",
            "先改好 {target} 再检查一次；各行见 check --json。",
        ),
        (
            "{count} values of {column}, {value} first, are not found in {target}, itself faulty.",
            "Mend {target} first and check again; check --json names every row.",
        ),
    ),
    Fault.RING_OF_PARENTS: _words(
        Severity.ERROR,
        (
            "“{column}”绕成一圈（{value}），这一行的上级没有采用。",
            "改正其中一行的“{column}”；最上一级留空。",
        ),
        (
            "The parents go round in a ring ({value}); that of this row is not used.",
            "Correct {column} in one of these rows; the topmost has none.",
        ),
    ),
    Fault.PROGRAMS_ROLE: _words(
        Severity.WARNING,
        (
            "“{value}”的岗位 report_in_page 是报到页程序专用的，不应给人。",
            "改成此人的岗位，如 dispatcher；用这个身份只能登记单位报送。",
        ),
        (
            "{value} has the role report_in_page, which is a program's and nobody else's.",
            "Give the person a role such as dispatcher; this one can only hand over presses.",
        ),
    ),
    Fault.NOBODY: _words(
        Severity.ERROR,
        (
            "没有列出能用的人员：谁打开大厅都以“值班”的名义办事，有值班长的全部权限。",
            "按 id,name,role 每人写一行，至少一名的 role 是 dispatcher；改好后重新打开大厅。",
        ),
        (
            (
                "Nobody is listed: whoever opens the hall acts as 值班, with all rights of a shift"
                " supervisor."
            ),
            (
                "Write a line id,name,role for each person, a dispatcher among them; then open the"
                " hall again."
            ),
        ),
    ),
    Fault.NO_DISPATCHER: _words(
        Severity.WARNING,
        (
            "没有派遣员：打开大厅时没写 --as 的，以“值班”的名义办事，有值班长的全部权限。",
            "登记一名派遣员（role 写 dispatcher），或打开时用 --as 写明由谁值守。",
        ),
        (
            (
                "No dispatcher is listed: whoever opens the hall without --as acts as 值班, with"
                " all rights of a shift supervisor."
            ),
            "List a dispatcher, or say with --as who sits at the desk.",
        ),
    ),
    Fault.NO_STANDARD: _words(
        Severity.WARNING,
        (
            "{found} 没有情形为“{value}”的立案标准，这个吹哨模板用不上。",
            "照 standards.csv 改正情形，或留空（该类别的各情形都用它）。",
        ),
        (
            "{found} has no filing standard for {value}; this template is never used.",
            "Write the condition as in standards.csv, or leave it empty for all of the category.",
        ),
    ),
    Fault.NO_NUMBER: _words(
        Severity.ERROR,
        (
            "{value} 用电话联系，却没有号码，单位也没有值班电话，这一行已跳过。",
            "在 address 填上电话，或在 bodies.csv 填上值班电话。",
        ),
        (
            "{value} is reached by telephone and has no number, nor has the body; it is skipped.",
            "Fill in address, or the telephone of the body in bodies.csv.",
        ),
    ),
    Fault.NOWHERE: _words(
        Severity.ERROR,
        ("{value} 既没有坐标也没有网格，这一行已跳过。", "填上 lon 和 lat，或者填上 grid。"),
        ("{value} has neither coordinates nor a grid; the row is skipped.", "Fill in either."),
    ),
    Fault.POINT_ELSEWHERE: _words(
        Severity.WARNING,
        (
            "{value} 的坐标不在所填网格 {grid} 内，而在 {found}；仍按坐标使用。",
            "核对坐标、datum（坐标系）和 grid，改正有误的一项。",
        ),
        (
            "{value} does not lie in its grid {grid} but in {found}; the coordinates are used.",
            "Compare the coordinates, their datum and the grid, and correct what is wrong.",
        ),
    ),
    Fault.LADDER_SUM: _words(
        Severity.ERROR,
        (
            "各级时限（{value}）加不成总时限，现用默认的 2、3、2 个自然日。",
            "各级用同一种单位，如都用 natural_day。",
        ),
        (
            "The limits of the levels ({value}) have no sum; 2, 3 and 2 calendar days hold.",
            "Count every level in the same unit, such as natural_day.",
        ),
    ),
    Fault.UNKNOWN_PLACEHOLDER: _words(
        Severity.WARNING,
        ("不认识 {value}，函里会照原样印出。", "可用的有：{known}。"),
        ("{value} is unknown and would be printed as it is.", "There are: {known}."),
    ),
    Fault.WEB_PAGE: _words(
        Severity.ERROR,
        (
            "{file} 其实是一个网页（多半是没有登录就下载了），不是表格。",
            "在浏览器里登录后重新下载，或在表格软件里另存为 CSV 或 XLSX。",
        ),
        (
            "{file} is a web page (often a download without signing in), not a table.",
            "Sign in and download it again, or save it as CSV or XLSX from a spreadsheet.",
        ),
    ),
    Fault.OLD_WORKBOOK: _words(
        Severity.ERROR,
        (
            "{file} 是旧版 .xls 或加了密码的工作簿，读不了。",
            "用表格软件打开，去掉密码，另存为 .xlsx 或 CSV。",
        ),
        (
            "{file} is an old .xls or a workbook with a password, which cannot be read.",
            "Open it, take the password off, and save it as .xlsx or CSV.",
        ),
    ),
    Fault.NOT_WORKBOOK: _words(
        Severity.ERROR,
        ("{file} 不是完好的 XLSX 工作簿（{reason}）。", "用表格软件打开后重新另存为 .xlsx。"),
        (
            "{file} is no sound XLSX workbook ({reason}).",
            "Open it in a spreadsheet and save it as .xlsx again.",
        ),
    ),
    Fault.LOCKED_WORKBOOK: _words(
        Severity.ERROR,
        ("{file} 加了密码。", "去掉密码后重新保存。"),
        ("{file} is protected by a password.", "Take the password off and save it again."),
    ),
    Fault.TOO_LARGE: _words(
        Severity.ERROR,
        (
            "{file} 展开后有 {size} MB，超过 {most} MB，没有打开。",
            "删去图片、空行和无关的工作表，或拆成几个文件。",
        ),
        (
            "{file} unfolds to {size} MB, more than {most} MB; it was not opened.",
            "Take out pictures, empty rows and other sheets, or split it.",
        ),
    ),
    Fault.TOO_MANY_ROWS: _words(
        Severity.ERROR,
        ("超过 {most} 行，之后的没有读入。", "拆成几个文件分别导入。"),
        ("There are more than {most} rows; those after are not read.", "Split the file."),
    ),
    Fault.NO_SUCH_SHEET: _words(
        Severity.ERROR,
        ("没有名为“{value}”的工作表。", "现有：{known}。"),
        ("There is no sheet named {value}.", "There are: {known}."),
    ),
    Fault.WRONG_SHEET: _words(
        Severity.ERROR,
        (
            "没有一张可见的工作表带有所需的表头（看过：{known}）。",
            "在前 10 行内写上表头：{columns}，或用 --sheet 指定工作表。",
        ),
        (
            "No visible sheet has the header that is needed (looked at: {known}).",
            "Write the header within the first 10 rows: {columns}, or name the sheet.",
        ),
    ),
    Fault.SEVERAL_SHEETS: _words(
        Severity.ERROR,
        ("有几张工作表都带有所需的表头：{known}。", "指定其中一张（--sheet 或在窗口里选择）。"),
        ("Several sheets have the header that is needed: {known}.", "Name one of them."),
    ),
    Fault.HIDDEN_SHEET: _words(
        Severity.ERROR,
        (
            "带有所需表头的工作表“{value}”是隐藏的，没有采用。",
            "取消隐藏后重新保存；确要用它时指定工作表。",
        ),
        (
            "The sheet with the header that is needed, {value}, is hidden and not used.",
            "Show it and save again, or name the sheet to use it all the same.",
        ),
    ),
    Fault.MERGED_CELLS: _words(
        Severity.ERROR,
        (
            "{value} 是合并单元格，只有第一格有内容，相关各行已跳过。",
            "取消合并，把每一行都填上。",
        ),
        (
            "{value} are merged: only the first cell has a value; the rows are skipped.",
            "Undo the merge and fill in every row.",
        ),
    ),
    Fault.FORMULA: _words(
        Severity.WARNING,
        ("“{column}”是公式，采用了上次算出的值 {value}。", "核对该值；最好复制后粘贴为数值。"),
        (
            "{column} is a formula; its last value {value} is used.",
            "Check it; better paste it as a value.",
        ),
    ),
    Fault.FORMULA_EMPTY: _words(
        Severity.ERROR,
        ("“{column}”是公式，文件里没有算出的值，这一行已跳过。", "粘贴为数值后重新保存。"),
        (
            "{column} is a formula without a stored value; the row is skipped.",
            "Paste it as a value and save again.",
        ),
    ),
    Fault.CELL_ERROR: _words(
        Severity.ERROR,
        ("“{column}”是出错的公式（{value}），这一行已跳过。", "改正公式，或直接填写。"),
        (
            "{column} holds a failed formula ({value}); the row is skipped.",
            "Mend the formula, or write the value.",
        ),
    ),
    Fault.UNKNOWN_NAME: _words(
        Severity.ERROR,
        (
            "“{column}”里的“{value}”在 {target} 中不存在，这一行已跳过。",
            "改成 {nearest}，或先在 {target} 中补上。",
        ),
        (
            "{value} in {column} does not exist in {target}; the row is skipped.",
            "Change it to {nearest}, or add it to {target} first.",
        ),
    ),
    Fault.NOT_WRITTEN: _words(
        Severity.ERROR,
        ("{file} 写不进去（{reason}），资料夹保持原样。", "检查磁盘空间和文件夹权限后再导入。"),
        (
            "{file} could not be written ({reason}); the pack is as it was.",
            "Check the space on the disk and the folder's permissions, then import again.",
        ),
    ),
    Fault.BAD_JSON: _words(
        Severity.ERROR,
        ("从这里起不是有效的 JSON，之后的网格没有读入。", "检查括号、逗号和引号；文件可能不完整。"),
        (
            "From here on this is not valid JSON; the grids after it are not read.",
            "Check brackets, commas and quotes; the file may be cut short.",
        ),
    ),
    Fault.NO_FEATURES: _words(
        Severity.ERROR,
        ("{file} 里没有 features 列表。", "导出为 GeoJSON 的 FeatureCollection。"),
        ("{file} has no list of features.", "Export it as a GeoJSON FeatureCollection."),
    ),
    Fault.NO_POLYGON: _words(
        Severity.ERROR,
        ("网格 {grid} 没有可用的多边形，已跳过。", "geometry 应为 Polygon 或 MultiPolygon。"),
        (
            "Grid {grid} has no usable polygon; it is skipped.",
            "Its geometry must be a Polygon or MultiPolygon.",
        ),
    ),
    Fault.SHORT_RING: _words(
        Severity.ERROR,
        ("网格 {grid} 有一圈边界不足四个点，已跳过。", "一圈至少三个不同的点，首尾相同。"),
        (
            "Grid {grid} has a ring of fewer than four points; it is skipped.",
            "A ring has at least three different points, and ends where it began.",
        ),
    ),
    Fault.OPEN_RING: _words(
        Severity.WARNING,
        ("网格 {grid} 的边界没有闭合，已按直线闭合。", "让一圈的最后一个点与第一个点相同。"),
        (
            "A ring of grid {grid} is open; it was closed by a straight line.",
            "Let the last point of the ring be the same as the first.",
        ),
    ),
    Fault.FAR_POINT: _words(
        Severity.ERROR,
        (
            "网格 {grid} 的坐标 {value} 不在我国范围内，已跳过。",
            "坐标按“经度, 纬度”的次序写，单位是度。",
        ),
        (
            "Grid {grid} has the coordinates {value}, which are not in China; it is skipped.",
            "Write longitude first, then latitude, in degrees.",
        ),
    ),
    Fault.CROSSED_RING: _words(
        Severity.WARNING,
        ("网格 {grid} 的边界自相交叉，交叉处的归属不可靠。", "在制图软件里理顺边界后重新导出。"),
        (
            "The border of grid {grid} crosses itself; what lies there is uncertain.",
            "Untangle it in the map editor and export it again.",
        ),
    ),
}

# What a value should have been; {expected} of a finding names one of these.
_EXPECTED: Final[Mapping[str, Mapping[str, str]]] = {
    "text": {"zh": "一段文字", "en": "a text"},
    "code": {"zh": "编码（不含空格，最多 64 个字符）", "en": "a code (no spaces, 64 at most)"},
    "bool": {"zh": "true 或 false", "en": "true or false"},
    "days_of_year": {
        "zh": "这一年（或上一年十二月）的日期",
        "en": "days of that year, or of the December before",
    },
    "days_apart": {
        "zh": "放假日以外的日期：同一天不能既放假又上班",
        "en": "days that are no holidays: a day cannot be both",
    },
    "day_policy": {"zh": "hours8 或 next_day", "en": "hours8 or next_day"},
    "reasons": {
        "zh": '原因列表，如 ["materials", "汛期"]',
        "en": 'a list of reasons such as ["materials", "flood season"]',
    },
    "count": {"zh": "不小于 1 的整数", "en": "a whole number of at least 1"},
    "port": {"zh": "1 至 65535 的端口号", "en": "a port from 1 to 65535"},
    "number": {"zh": "数字", "en": "a number"},
    "table": {"zh": "一节，如 [hall]", "en": "a section such as [hall]"},
    "tables": {"zh": "若干节，如 [[feed]]", "en": "sections such as [[feed]]"},
    "zone": {"zh": "时区名，如 Asia/Shanghai", "en": "a time zone such as Asia/Shanghai"},
    "datum": {
        "zh": "WGS84、GCJ02、BD09 或 CGCS2000",
        "en": "WGS84, GCJ02, BD09 or CGCS2000",
    },
    "clock": {"zh": "时刻，如 08:00", "en": "a time of day such as 08:00"},
    "limit": {
        "zh": "时限，如 8 urgent_hour、3 work_day、30 urgent_minute、5 natural_day、4 work_hour",
        "en": "a limit: 8 urgent_hour, 3 work_day, 30 urgent_minute, 5 natural_day or 4 work_hour",
    },
    "running": {
        "zh": "昼夜连续的时限，如 15 urgent_minute、2 urgent_hour",
        "en": "a limit that runs day and night, such as 15 urgent_minute or 2 urgent_hour",
    },
    "milestones": {
        "zh": "节点，如 围护=3 urgent_hour;修复=8 urgent_hour",
        "en": "milestones such as 围护=3 urgent_hour;修复=8 urgent_hour",
    },
    "store": {
        "zh": "sqlite:///state/hall.db 或 postgresql://… 这样的地址",
        "en": "an address such as sqlite:///state/hall.db or postgresql://…",
    },
    "socket": {"zh": "wss://主机:端口 这样的地址", "en": "an address such as wss://host:port"},
    "page": {
        "zh": "https://主机/路径 这样的地址（http 只限本机和内网），不带口令和参数",
        "en": "an address such as https://host/path (http only on this machine or a private"
        " network), without a password or query",
    },
    "kind": {
        "zh": "webhook、wecom、dingtalk、feishu 或 mail",
        "en": "webhook, wecom, dingtalk, feishu or mail",
    },
    "quiet": {"zh": "免打扰时段，如 22:00-07:00", "en": "quiet hours such as 22:00-07:00"},
    "hosts": {
        "zh": '主机名、地址或网段的列表，如 ["sms.example.cn", "10.1.2.0/24"]',
        "en": 'a list of hosts, addresses and networks: ["sms.example.cn", "10.1.2.0/24"]',
    },
    "receiver": {
        "zh": "https://主机/路径 这样的地址，不带用户名和口令",
        "en": "an address such as https://host/path, without user or password",
    },
    "link_hours": {"zh": "1 到 168 的小时数", "en": "hours from 1 to 168"},
    "path": {"zh": "文件路径", "en": "a path"},
    "date": {"zh": "日期，如 2026-10-01", "en": "a date such as 2026-10-01"},
    "dates": {"zh": "日期列表，如 [2026-10-01]", "en": "a list of dates such as [2026-10-01]"},
    "hours": {
        "zh": '先后不重叠的时段，如 ["08:00-12:00", "14:00-18:00"]',
        "en": 'hours that do not overlap, such as ["08:00-12:00", "14:00-18:00"]',
    },
    "opening": {
        "zh": "先后不重叠的时段，如 08:00-12:00;14:00-18:00",
        "en": "hours that do not overlap, such as 08:00-12:00;14:00-18:00",
    },
    "season": {
        "zh": "first、last 和 work_hours 三项，起止在先后次序上",
        "en": "first, last and work_hours, the first day before the last",
    },
    "year": {"zh": "四位年份，如 [2026]", "en": "a year such as [2026]"},
    "status": {"zh": "official 或 provisional", "en": "official or provisional"},
    "urgency": {
        "zh": "normal、important、urgent 或 critical",
        "en": "normal, important, urgent or critical",
    },
    "yes_or_no": {"zh": "是或否（或 yes、no）", "en": "yes or no (or 是, 否)"},
    "level": {
        "zh": "village、township、stationed、county 或 utility",
        "en": "village, township, stationed, county or utility",
    },
    "place_kind": {
        "zh": "街巷、小区、建筑、兴趣点、门牌或地标",
        "en": "街巷, 小区, 建筑, 兴趣点, 门牌 or 地标 (or street, estate, building, …)",
    },
    "ladder_level": {
        "zh": "village（村）、township（镇）或 county（县）",
        "en": "village, township or county",
    },
    "duty_list": {
        "zh": "基本履职、配合履职、上级收回、赋权事项（或 basic、cooperate、withdrawn、delegated）",
        "en": "basic, cooperate, withdrawn or delegated",
    },
    "whistle_kind": {
        "zh": "joint_enforcement、hard_problem 或 emergency",
        "en": "joint_enforcement, hard_problem or emergency",
    },
    "contact_step": {
        "zh": "liaison、deputy、head 或 county",
        "en": "liaison, deputy, head or county",
    },
    "minutes": {"zh": "0 到 1440 的整数（分钟）", "en": "a whole number of minutes, 0 to 1440"},
    "role": {
        "zh": "岗位代号，如 dispatcher、intake_officer、shift_supervisor",
        "en": "a role such as dispatcher, intake_officer or shift_supervisor",
    },
    # what an import takes besides: the words the hall itself says
    "level_said": {
        "zh": "村（社区）、镇、派驻、县或公用企业"
        "（或 village、township、stationed、county、utility）",
        "en": "village, township, stationed, county, utility"
        " (or 村（社区）, 镇, 派驻, 县, 公用企业)",
    },
    "urgency_said": {
        "zh": "一般、重要、紧急或特急（或 normal、important、urgent、critical）",
        "en": "normal, important, urgent or critical (or 一般, 重要, 紧急, 特急)",
    },
    "contact_step_said": {
        "zh": "联络员、分管负责人、主要负责人或县级指挥中心（或 liaison、deputy、head、county）",
        "en": "liaison, deputy, head, county (or 联络员, 分管负责人, 主要负责人, 县级指挥中心)",
    },
    "role_said": {
        "zh": "岗位，如派遣员、受理员、值班长（或 dispatcher、intake_officer、shift_supervisor）",
        "en": "a role such as dispatcher or intake_officer (or 派遣员, 受理员)",
    },
    "longitude": {"zh": "经度，73 至 136 度", "en": "a longitude from 73 to 136 degrees"},
    "latitude": {"zh": "纬度，3 至 54 度", "en": "a latitude from 3 to 54 degrees"},
}
_LONGEST: Final = 80  # all sections of hall.toml fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend: ``row`` is the line an editor shows, ``column`` a column or key."""

    file: str
    fault: Fault
    row: int | None = None
    column: str | None = None
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return _WORDS[self.fault].severity

    def where(self, lang: str = "zh") -> str:
        """Say in which file it stands, and on which line, in ``zh`` or ``en``."""
        if self.row is None:
            return self.file
        return f"{self.file} 第 {self.row} 行" if lang == "zh" else f"{self.file}, line {self.row}"

    def problem(self, lang: str = "zh") -> str:
        """Say what is wrong, in ``zh`` or ``en``."""
        return self._say(_WORDS[self.fault].problem, lang)

    def remedy(self, lang: str = "zh") -> str:
        """Say how to mend it, in ``zh`` or ``en``."""
        return self._say(_WORDS[self.fault].remedy, lang)

    def plain(self, lang: str) -> dict[str, Any]:
        """Return it as the commands print it with ``--json`` (hall-pack.md)."""
        return {
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "severity": self.severity,
            "problem": self.problem(lang),
            "remedy": self.remedy(lang),
        }

    def _say(self, sentences: Mapping[str, str], lang: str) -> str:
        words = {name: _shortened(value) for name, value in self.params.items()}
        if "reason" in words:
            words["reason"] = trouble(words["reason"], lang)
        if expected := _EXPECTED.get(self.params.get("expected", "")):
            words["expected"] = expected[lang]
        words.setdefault("file", self.file)
        words.setdefault("column", self.column or "")
        words.setdefault("key", self.column or "")
        return sentences[lang].format(**words)


def summed(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings for a person to read: the cause alone, what follows from it in one line.

    Where a file has a fault of its own, the codes of another that are not found in it are one
    finding for each column; up to three are named one by one. With them goes that a place lies
    nowhere because its grid is lost.
    """
    faulty = {
        item.file
        for item in findings
        if item.severity is Severity.ERROR and item.fault not in _FOLLOW
    }
    lost: dict[tuple[str, str | None, str], list[Finding]] = {}
    for item in findings:
        target = item.params.get("target", "")
        if item.fault is Fault.UNKNOWN_REFERENCE and target in faulty:
            lost.setdefault((item.file, item.column, target), []).append(item)
    lost = {key: items for key, items in lost.items() if len(items) > _FEW}
    rows = {(item.file, item.row) for items in lost.values() for item in items}
    firsts = {id(items[0]): items for items in lost.values()}
    gone = {id(item) for items in lost.values() for item in items}
    shown = []
    for item in findings:
        if items := firsts.get(id(item)):
            told = {**item.params, "count": str(len(items))}
            shown.append(replace(item, fault=Fault.LOST_REFERENCES, row=None, params=told))
        elif id(item) not in gone and not (
            item.fault is Fault.NOWHERE and (item.file, item.row) in rows
        ):
            shown.append(item)
    return shown


def gravity(item: Finding) -> tuple[bool, bool, bool]:
    """Return the key that puts what is not in force first, and causes before what follows.

    Before all of it comes that anybody may do everything.
    """
    follows = item.fault in _FOLLOW or item.fault is Fault.LOST_REFERENCES
    return item.fault is not Fault.NOBODY, follows, item.severity is not Severity.ERROR


_FOLLOW: Final = frozenset({Fault.UNKNOWN_REFERENCE, Fault.NOWHERE})
_FEW: Final = 3


def _shortened(value: str) -> str:
    """Keep a pasted novel, or a control character, out of a sentence."""
    plain = "".join(letter if letter.isprintable() else "�" for letter in value[: _LONGEST + 1])
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"
