<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>CaseList</name>
    <message>
        <source>关闭列表</source>
        <translation>Close the list</translation>
    </message>
    <message>
        <source>关闭列表（Esc）</source>
        <translation>Close the list (Esc)</translation>
    </message>
    <message numerus="yes">
        <source>%n 件</source>
        <translation>
            <numerusform>%n case</numerusform>
            <numerusform>%n cases</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CommandBox</name>
    <message>
        <source>命令、首字母、短语（cs 单位 30）、字词或编号；id: ref: tel: by: at: 按项查找</source>
        <translation>Commands, initials, short forms (cs BODY 30), words or numbers; id: ref: tel: by: at: look in one field</translation>
    </message>
    <message>
        <source>没有找到。换个词试试，或输入完整编号。</source>
        <translation>Nothing found. Try another word, or the full number.</translation>
    </message>
</context>
<context>
    <name>CountedWindow</name>
    <message>
        <source>算法</source>
        <translation>Formula</translation>
    </message>
    <message>
        <source>剔除</source>
        <translation>Left out</translation>
    </message>
    <message>
        <source>统计区间</source>
        <translation>Period</translation>
    </message>
    <message>
        <source>全部（分母）</source>
        <translation>All (denominator)</translation>
    </message>
    <message>
        <source>计入（分子）</source>
        <translation>Counted (numerator)</translation>
    </message>
    <message>
        <source>其余</source>
        <translation>The rest</translation>
    </message>
    <message>
        <source>名单</source>
        <translation>List</translation>
    </message>
    <message>
        <source>所计案卷</source>
        <translation>Cases counted</translation>
    </message>
    <message>
        <source>正在查…</source>
        <translation>Looking…</translation>
    </message>
    <message numerus="yes">
        <source>只列前 %n 件</source>
        <translation>
            <numerusform>Only the first is listed</numerusform>
            <numerusform>Only the first %n are listed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>数字按被哨单位计，共涉及 %n 件</source>
        <translation>
            <numerusform>The number counts summoned bodies; %n case is concerned</numerusform>
            <numerusform>The number counts summoned bodies; %n cases are concerned</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>共 %n 件</source>
        <translation>
            <numerusform>%n case</numerusform>
            <numerusform>%n cases</numerusform>
        </translation>
    </message>
    <message>
        <source>数字是 {number} 件；数据刚有变化，现在是 {n} 件</source>
        <translation>The number was {number}; things have just changed and it is {n} now</translation>
    </message>
</context>
<context>
    <name>DossierDialog</name>
    <message>
        <source>一案一档 {no}</source>
        <translation>Dossier of {no}</translation>
    </message>
    <message>
        <source>保存到</source>
        <translation>Save to</translation>
    </message>
    <message>
        <source>浏览…</source>
        <translation>Browse…</translation>
    </message>
    <message>
        <source>打包成 ZIP：附全部记录、本厅保存的媒体和清单</source>
        <translation>Pack as ZIP: with all facts, the hall&apos;s own media and a manifest</translation>
    </message>
    <message>
        <source>写明上报人姓名和电话（须填理由，会记入本案）</source>
        <translation>Name who reported, with telephone (a reason is needed and recorded in the case)</translation>
    </message>
    <message>
        <source>查看理由</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>例如：县纪委调阅，函号…</source>
        <translation>For example: asked for by the county, letter no. …</translation>
    </message>
    <message>
        <source>上报人姓名和电话默认脱敏。</source>
        <translation>Name and telephone of who reported are masked.</translation>
    </message>
    <message>
        <source>进度</source>
        <translation>Progress</translation>
    </message>
    <message>
        <source>打开所在文件夹</source>
        <translation>Open the folder</translation>
    </message>
    <message>
        <source>请写出完整路径，例如 {path}</source>
        <translation>Give the whole path, such as {path}</translation>
    </message>
    <message>
        <source>{name} 已经存在，再按一次将覆盖它。</source>
        <translation>{name} exists already; press once more to replace it.</translation>
    </message>
    <message>
        <source>正在准备…</source>
        <translation>Preparing…</translation>
    </message>
    <message>
        <source>已取消，没有留下文件。</source>
        <translation>Cancelled; no file was left.</translation>
    </message>
    <message>
        <source>第 {n} 页，共 {m} 页</source>
        <translation>Page {n} of {m}</translation>
    </message>
    <message>
        <source>已保存：{file}</source>
        <translation>Saved: {file}</translation>
    </message>
    <message>
        <source>{no} 的一案一档已保存</source>
        <translation>The dossier of {no} is saved</translation>
    </message>
    <message>
        <source>没有存成：{why}。请换一个文件夹再试。</source>
        <translation>Nothing was saved: {why}. Try another folder.</translation>
    </message>
    <message>
        <source>保存 ZIP</source>
        <translation>Save ZIP</translation>
    </message>
    <message>
        <source>保存 PDF</source>
        <translation>Save PDF</translation>
    </message>
    <message>
        <source>正在保存…</source>
        <translation>Saving…</translation>
    </message>
    <message>
        <source>取消保存</source>
        <translation>Stop saving</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>DoubtList</name>
    <message>
        <source>要答复的问题</source>
        <translation>Questions to answer</translation>
    </message>
    <message>
        <source>承办</source>
        <translation>Body</translation>
    </message>
    <message>
        <source>没有待答复的问题：结案都经得起看。</source>
        <translation>No question waits: every closing bears a look.</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>问题不是结论，也不会自动扣分：请看过后用一句话答复，确有问题的重开。</source>
        <translation>A question is no verdict and costs nobody anything by itself. Look, answer in a sentence, and reopen what is wrong.</translation>
    </message>
</context>
<context>
    <name>FiguresStrip</name>
    <message>
        <source>数据截至</source>
        <translation>Data as of</translation>
    </message>
    <message>
        <source>数据停在</source>
        <translation>Data stopped at</translation>
    </message>
    <message>
        <source>接入中断或数据未更新</source>
        <translation>The feed is down or the data are not being updated</translation>
    </message>
</context>
<context>
    <name>FlawList</name>
    <message>
        <source>资料包里这些地方没有生效，或可能不是本意；改好后重新打开即可，其余照常使用。</source>
        <translation>These places of the hall pack are not in force, or may not be as meant. Mend them and open the hall again; the rest is in use.</translation>
    </message>
    <message>
        <source>资料包没有要改的地方。</source>
        <translation>Nothing in the hall pack needs mending.</translation>
    </message>
</context>
<context>
    <name>ImportWindow</name>
    <message>
        <source>导入清单和名录</source>
        <translation>Import lists and rosters</translation>
    </message>
    <message>
        <source>导入到哪张表</source>
        <translation>Which table to import into</translation>
    </message>
    <message>
        <source>CSV 或 XLSX，不超过 20 MB</source>
        <translation>CSV or XLSX, 20 MB at most</translation>
    </message>
    <message>
        <source>要导入的文件</source>
        <translation>File to import</translation>
    </message>
    <message>
        <source>选择文件…</source>
        <translation>Choose a file…</translation>
    </message>
    <message>
        <source>工作表</source>
        <translation>Sheet</translation>
    </message>
    <message>
        <source>导入到</source>
        <translation>Into</translation>
    </message>
    <message>
        <source>文件</source>
        <translation>File</translation>
    </message>
    <message>
        <source>要改的地方</source>
        <translation>To be mended</translation>
    </message>
    <message>
        <source>逐行预览</source>
        <translation>Row by row</translation>
    </message>
    <message>
        <source>有一行不对就全部不导入</source>
        <translation>Import nothing if a single row is wrong</translation>
    </message>
    <message>
        <source>导入</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>履职事项清单</source>
        <translation>Duty lists</translation>
    </message>
    <message>
        <source>单位</source>
        <translation>Bodies</translation>
    </message>
    <message>
        <source>网格员</source>
        <translation>Grid workers</translation>
    </message>
    <message>
        <source>立案标准</source>
        <translation>Filing standards</translation>
    </message>
    <message>
        <source>类别</source>
        <translation>Categories</translation>
    </message>
    <message>
        <source>摄像机</source>
        <translation>Cameras</translation>
    </message>
    <message>
        <source>人员</source>
        <translation>Operators</translation>
    </message>
    <message>
        <source>行</source>
        <translation>Row</translation>
    </message>
    <message>
        <source>列</source>
        <translation>Column</translation>
    </message>
    <message>
        <source>问题</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>怎么改</source>
        <translation>What to do</translation>
    </message>
    <message>
        <source>新增</source>
        <translation>new</translation>
    </message>
    <message>
        <source>更新</source>
        <translation>changed</translation>
    </message>
    <message>
        <source>相同</source>
        <translation>same</translation>
    </message>
    <message>
        <source>有错</source>
        <translation>faulty</translation>
    </message>
    <message>
        <source>结果</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>内容</source>
        <translation>Content</translation>
    </message>
    <message>
        <source>表格（*.csv *.xlsx）</source>
        <translation>Tables (*.csv *.xlsx)</translation>
    </message>
    <message>
        <source>正在查看…</source>
        <translation>Looking…</translation>
    </message>
    <message>
        <source>正在导入…</source>
        <translation>Importing…</translation>
    </message>
    <message>
        <source>先选择要导入到哪张表，再选择文件；看过预览之后才会写入。</source>
        <translation>Choose the table, then the file; nothing is written before you have seen what it would do.</translation>
    </message>
    <message>
        <source>新增 {new} 行，更新 {changed} 行，相同 {same} 行，有错 {faulty} 行。</source>
        <translation>{new} new, {changed} changed, {same} the same, {faulty} faulty.</translation>
    </message>
    <message>
        <source>已写入，大厅下次打开时生效；原文件保留在资料夹的 backups 里。</source>
        <translation> It is written, and in force when the hall is opened next; the file before is kept in backups.</translation>
    </message>
</context>
<context>
    <name>LeadersScreen</name>
    <message>
        <source>正在统计…</source>
        <translation>Reckoning…</translation>
    </message>
    <message>
        <source>前一天</source>
        <translation>Day before</translation>
    </message>
    <message>
        <source>后一天</source>
        <translation>Day after</translation>
    </message>
    <message>
        <source>日期</source>
        <translation>Day</translation>
    </message>
    <message>
        <source>今天</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>重新统计</source>
        <translation>Reckon again</translation>
    </message>
    <message>
        <source>按现在的数据重新统计</source>
        <translation>Reckon again from the data as they are now</translation>
    </message>
    <message>
        <source>十四天</source>
        <translation>Fourteen days</translation>
    </message>
    <message>
        <source>点某一天可打开</source>
        <translation>Click a day to open it</translation>
    </message>
    <message>
        <source>上报</source>
        <translation>Reported</translation>
    </message>
    <message>
        <source>结案</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>十四天上报与结案</source>
        <translation>Reported and closed, fourteen days</translation>
    </message>
    <message>
        <source>吹哨报到</source>
        <translation>Whistles and report-ins</translation>
    </message>
    <message>
        <source>当日吹哨</source>
        <translation>Whistles of the day</translation>
    </message>
    <message>
        <source>这一天没有吹哨</source>
        <translation>No whistle was blown that day</translation>
    </message>
    <message>
        <source>分项</source>
        <translation>By group</translation>
    </message>
    <message>
        <source>按「按期结案率」排名；应结案不足 20 件只列件数、不排名</source>
        <translation>Ranked by &quot;closed on time&quot;; groups with fewer than 20 due show counts and no rank</translation>
    </message>
    <message>
        <source>分项方式</source>
        <translation>Group by</translation>
    </message>
    <message>
        <source>不属于本级、清单外任务</source>
        <translation>Not for this level, or on no list</translation>
    </message>
    <message>
        <source>这个月没有清单外的任务</source>
        <translation>Nothing off the lists this month</translation>
    </message>
    <message>
        <source>{day} 没有上报、没有结案，也没有未结的超期案件</source>
        <translation>On {day} nothing was reported or closed, and no case was overdue</translation>
    </message>
    <message numerus="yes">
        <source>%n 件</source>
        <translation>
            <numerusform>%n case</numerusform>
            <numerusform>%n cases</numerusform>
        </translation>
    </message>
    <message>
        <source>{year} 年 {month} 月</source>
        <translation>{year}-{month:02d}</translation>
    </message>
    <message numerus="yes">
        <source>%n 个哨</source>
        <translation>
            <numerusform>%n whistle</numerusform>
            <numerusform>%n whistles</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n 个单位</source>
        <translation>
            <numerusform>%n body</numerusform>
            <numerusform>%n bodies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>另 %n 个撤哨或免到，不计</source>
        <translation>
            <numerusform>+%n withdrawn or excused</numerusform>
            <numerusform>+%n withdrawn or excused</numerusform>
        </translation>
    </message>
    <message>
        <source>{start} 起，截至 {now}（当日未完）</source>
        <translation>From {start}, as of {now} (the day is not over)</translation>
    </message>
    <message>
        <source>超期未处置</source>
        <translation>Past deadline</translation>
    </message>
    <message>
        <source>没有超期未处置的案件</source>
        <translation>No case is past its deadline</translation>
    </message>
    <message>
        <source>{start} 至 {end}</source>
        <translation>{start} to {end}</translation>
    </message>
    <message>
        <source>昨日 {before} · 七日中位 {median} · 去年同日 {year}</source>
        <translation>Yesterday {before} · 7-day {median} · year ago {year}</translation>
    </message>
</context>
<context>
    <name>ListDialog</name>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>MapScreen</name>
    <message>
        <source>镇域地图</source>
        <translation>Map of the township</translation>
    </message>
    <message>
        <source>未结</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>超时</source>
        <translation>late</translation>
    </message>
    <message>
        <source>点击位置，或用方向键把十字对准后按 Enter。Esc 取消</source>
        <translation>Click the place, or put the cross on it with the arrows and press Enter. Esc gives up</translation>
    </message>
    <message>
        <source>资料包里的 grids.geojson 有错，读不出网格，地图无从画起。错在哪里、怎么改，见「资料有误」；改好后重新打开。</source>
        <translation>grids.geojson in the hall pack is faulty and no grid could be read, so there is no map to draw. &quot;Faults of the hall pack&quot; says where and how to mend it; then open the hall again.</translation>
    </message>
    <message>
        <source>大厅资料包里没有网格，地图无从画起。请在资料包中放入 grids.geojson 后重新打开。</source>
        <translation>The hall pack has no grids, so there is no map to draw. Put grids.geojson into the pack and open the hall again.</translation>
    </message>
    <message>
        <source>图层</source>
        <translation>Layers</translation>
    </message>
    <message>
        <source>图例</source>
        <translation>Legend</translation>
    </message>
    <message>
        <source>放大（+）</source>
        <translation>Zoom in (+)</translation>
    </message>
    <message>
        <source>缩小（-）</source>
        <translation>Zoom out (-)</translation>
    </message>
    <message>
        <source>全镇（Home）</source>
        <translation>Whole township (Home)</translation>
    </message>
    <message>
        <source>未结案卷</source>
        <translation>Open cases</translation>
    </message>
    <message>
        <source>正在吹哨</source>
        <translation>Running whistles</translation>
    </message>
    <message>
        <source>待研判视频告警</source>
        <translation>Video alerts to review</translation>
    </message>
    <message>
        <source>人员车辆</source>
        <translation>People and vehicles</translation>
    </message>
    <message>
        <source>摄像机</source>
        <translation>Cameras</translation>
    </message>
    <message>
        <source>大致位置范围</source>
        <translation>Extent of approximate places</translation>
    </message>
    <message>
        <source>这件没有坐标，地图上无法显示</source>
        <translation>This case has no position; the map cannot show it</translation>
    </message>
    <message>
        <source>{metres} 米</source>
        <translation>{metres} m</translation>
    </message>
    <message>
        <source>此处</source>
        <translation>Here</translation>
    </message>
    <message>
        <source>不在图上</source>
        <translation>Not on the map</translation>
    </message>
    <message>
        <source>{name}：未结 {n} 件</source>
        <translation>{name}: {n} open</translation>
    </message>
    <message>
        <source>接入中断，数据停在 {at}</source>
        <translation>The feed is down; data stopped at {at}</translation>
    </message>
    <message>
        <source>{n} 件不在图上</source>
        <translation>{n} not on the map</translation>
    </message>
</context>
<context>
    <name>OutboxList</name>
    <message>
        <source>立即发送的理由</source>
        <translation>Reason for sending now</translation>
    </message>
    <message>
        <source>立即发送选中的消息</source>
        <translation>Send the selected messages now</translation>
    </message>
    <message>
        <source>正在读取…</source>
        <translation>Reading…</translation>
    </message>
    <message>
        <source>这些消息还没有送达；接通或到时后自动按顺序发出，收到两次的对方也只办一次。</source>
        <translation>These messages have not arrived yet. They leave by themselves, in their order, once the way is up or their time has come; whoever gets one twice acts once.</translation>
    </message>
    <message>
        <source>消息立即发送</source>
        <translation>The message leaves now</translation>
    </message>
    <message>
        <source>没有待发消息：都已送达。</source>
        <translation>Nothing waits to be sent: everything has been delivered.</translation>
    </message>
</context>
<context>
    <name>QuarantineList</name>
    <message>
        <source>重试选中的消息</source>
        <translation>Retry the selected messages</translation>
    </message>
    <message>
        <source>正在读取…</source>
        <translation>Reading…</translation>
    </message>
    <message>
        <source>这些消息没有进入系统。补全基础数据（如网格、单位）后可以重试。</source>
        <translation>These messages were not taken in. Retry them after mending the reference data (grids, bodies).</translation>
    </message>
    <message>
        <source>隔离区是空的：收到的消息都已进入系统。</source>
        <translation>The quarantine is empty: everything that came was taken in.</translation>
    </message>
    <message>
        <source>消息已重新进入系统</source>
        <translation>The message was taken in again</translation>
    </message>
</context>
<context>
    <name>QueueScreen</name>
    <message>
        <source>队列分类</source>
        <translation>Tabs of the queue</translation>
    </message>
    <message>
        <source>筛选：标题、编号、地点、承办…  Esc 清除</source>
        <translation>Filter: title, number, place, body…  Esc clears</translation>
    </message>
    <message>
        <source>筛选队列</source>
        <translation>Filter the queue</translation>
    </message>
    <message>
        <source>未结案卷列表</source>
        <translation>List of open cases</translation>
    </message>
    <message>
        <source>前面的分类</source>
        <translation>To the first tabs</translation>
    </message>
    <message>
        <source>后面的分类</source>
        <translation>To the last tabs</translation>
    </message>
    <message>
        <source>把现在的分类、筛选、排序存为视图</source>
        <translation>Save this tab, filter and order as a view</translation>
    </message>
    <message>
        <source>还没有保存的视图：按 Ctrl+S 保存当前的分类和筛选</source>
        <translation>No view is saved yet: Ctrl+S keeps this tab and filter</translation>
    </message>
    <message>
        <source>视图「{name}」已更新</source>
        <translation>The view &quot;{name}&quot; was changed</translation>
    </message>
    <message>
        <source>最多 {n} 个视图，请先删除一个</source>
        <translation>There is room for {n} views; delete one first</translation>
    </message>
    <message>
        <source>视图「{name}」已保存，按 Ctrl+9 切换</source>
        <translation>The view &quot;{name}&quot; was saved; Ctrl+9 goes to it</translation>
    </message>
    <message>
        <source>视图「{name}」已删除</source>
        <translation>The view &quot;{name}&quot; was deleted</translation>
    </message>
    <message numerus="yes">
        <source>已复制 %n 行</source>
        <translation>
            <numerusform>%n row copied</numerusform>
            <numerusform>%n rows copied</numerusform>
        </translation>
    </message>
    <message>
        <source>◆ {n} 条特急</source>
        <translation>◆ {n} critical</translation>
    </message>
    <message>
        <source>{n} 条新事件</source>
        <translation>{n} new</translation>
    </message>
    <message>
        <source>顺序有变</source>
        <translation>The order has changed</translation>
    </message>
    <message>
        <source>仅显示最急的 {n} 条未结，共 {all} 条；其余请按 Ctrl+K 查找</source>
        <translation>Only the {n} most urgent of {all} open cases are shown; find the others with Ctrl+K</translation>
    </message>
    <message>
        <source>未结 {open} 件在前，已结共 {all} 件，往下滚动继续显示</source>
        <translation>{open} open first, then {all} settled: scroll on to see more</translation>
    </message>
    <message>
        <source>清除筛选</source>
        <translation>Clear the filter</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>字母键作用于选中的案卷，输入文字时不起作用。应急处置的哨、召集超过 3 家单位的哨、强制结案和归档要按住 1 秒：在表单里按住 Ctrl+Enter。</source>
        <translation>Letters act on the selected case, but not while you type. An emergency, a whistle for more than 3 bodies, a forced closing and filing away are held for 1 s: hold Ctrl+Enter in the form.</translation>
    </message>
    <message>
        <source>{key} 里的短语</source>
        <translation>Short forms in {key}</translation>
    </message>
</context>
<context>
    <name>SlipDialog</name>
    <message>
        <source>打印哨单 {no}</source>
        <translation>Slips of {no}</translation>
    </message>
    <message>
        <source>保存到</source>
        <translation>Save to</translation>
    </message>
    <message>
        <source>每个还没撤离的单位一页，只有该单位能看的内容，带扫码报到的二维码。</source>
        <translation>A page for each body that has not left, with only what that body may read and a code to report in by telephone.</translation>
    </message>
    <message>
        <source>保存 PDF</source>
        <translation>Save PDF</translation>
    </message>
    <message>
        <source>打印…</source>
        <translation>Print…</translation>
    </message>
    <message>
        <source>打开文件</source>
        <translation>Open the file</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>请写出完整路径。</source>
        <translation>Write the full path.</translation>
    </message>
    <message>
        <source>{name} 已经存在，再按一次将覆盖它。</source>
        <translation>{name} exists already; press once more to replace it.</translation>
    </message>
    <message>
        <source>正在准备…</source>
        <translation>Preparing…</translation>
    </message>
    <message>
        <source>这个哨的单位都已撤离或撤回，没有要打印的。</source>
        <translation>Every body of this whistle has left or was withdrawn: nothing to print.</translation>
    </message>
    <message>
        <source>已送到打印机 {name}</source>
        <translation>Sent to the printer {name}</translation>
    </message>
    <message>
        <source>已保存：{file}</source>
        <translation>Saved: {file}</translation>
    </message>
    <message>
        <source>没有打印成：{why}</source>
        <translation>Not printed: {why}</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>系统状态</source>
        <translation>State of the system</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>当前时间</source>
        <translation>Time now</translation>
    </message>
    <message>
        <source>查找案卷或命令   {key}</source>
        <translation>Find a case or a command   {key}</translation>
    </message>
</context>
<context>
    <name>WallWindow</name>
    <message>
        <source>镇域地图</source>
        <translation>Map of the township</translation>
    </message>
    <message>
        <source>吹哨与最急案件</source>
        <translation>Whistles and the most urgent cases</translation>
    </message>
    <message>
        <source>演练</source>
        <translation>REHEARSAL</translation>
    </message>
    <message>
        <source>数据更新于 {at}</source>
        <translation>Data of {at}</translation>
    </message>
    <message>
        <source>◆ 接入中断：数据停在 {at}，已 {length}</source>
        <translation>◆ The feed is down: data stopped at {at}, {length} ago</translation>
    </message>
    <message>
        <source>今天还没有办结的案件</source>
        <translation>No case has been closed today</translation>
    </message>
    <message>
        <source>用时 {length}</source>
        <translation>took {length}</translation>
    </message>
    <message>
        <source>✓ 刚办结：{case}</source>
        <translation>✓ Just closed: {case}</translation>
    </message>
</context>
</TS>
