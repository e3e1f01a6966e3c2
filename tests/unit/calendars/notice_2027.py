"""An invented notice for 2027, as a person would load it: 元旦 to 01-04, as scenario 5 has it."""

NOTICE_2027 = """
year = 2027
[[notice]]
number = "国办发明电〔2026〕9号"
date = 2026-11-30
title = "国务院办公厅关于2027年部分节假日安排的通知"
off = [
    { name = "元旦", from = 2027-01-01, to = 2027-01-04 },
    { name = "春节", from = 2027-02-05, to = 2027-02-11 },
    { name = "清明节", from = 2027-04-03, to = 2027-04-05 },
    { name = "劳动节", from = 2027-05-01, to = 2027-05-05 },
    { name = "端午节", from = 2027-06-09, to = 2027-06-09 },
    { name = "中秋节", from = 2027-09-15, to = 2027-09-15 },
    { name = "国庆节", from = 2027-10-01, to = 2027-10-07 },
]
work = [2027-01-09, 2027-02-20, 2027-10-09]
"""
