# ruff: noqa: E501 - tables of dirt read best on one line
"""Name parts for invented people: what is common among Kinh, Thái, Mông, Khơ Mú and Thổ in Nghệ An.

Weights are rounded and our own; they only have to make common names common and rare names rare.
"""

from __future__ import annotations

FAMILY = {
    "kinh": "Nguyễn:360 Trần:110 Lê:95 Phạm:60 Hoàng:50 Phan:45 Hồ:42 Võ:28 Vũ:12 Đặng:26 Bùi:22 Cao:22 Thái:18"
    " Ngô:16 Đinh:15 Trương:15 Đậu:12 Dương:11 Hà:9 Chu:8 Lương:6 Mai:6 Đoàn:6 Tạ:5 Tăng:5 Đào:5 Trịnh:5 Lưu:4"
    " Phùng:4 Doãn:4 Huỳnh:2 Lý:2 Tô:2 Ông:1 Quế:1 Uông:1 Thạch:1 Văn:2 Bạch:1 Đỗ:8 Đường:1 Kiều:1 Biện:1 Từ:1",
    "thai": "Lô:200 Vi:180 Lương:140 Hà:50 Lữ:70 Kha:60 Quang:50 Ngân:30 Lang:40 Sầm:25 Vang:8 Lo:8 Lộc:18 Mạc:8 Hủn:4",
    "mong": "Vừ:120 Xồng:110 Lầu:80 Và:70 Thò:50 Giàng:35 Lỳ:45 Hờ:40 Già:35 Mùa:15 Dềnh:6 Cự:8 Lò:6",
    "khomu": "Moong:90 Cụt:85 Lữ:40 Xeo:40 Ven:35 Ốc:25 Hoa:15 Chích:10 Pịt:10 Lo:12 Seo:15 Nguyễn:6",
    "tho": "Trương:200 Lê:60 Nguyễn:40 Hoàng:25 Cao:20 Đinh:10 Phan:10 Lục:5",
}
MIDDLE = {
    "kinh_m": "Văn:300 Đình:70 Đức:75 Xuân:60 Hữu:48 Quốc:45 Quang:50 Công:40 Trọng:38 Sỹ:30 Minh:55 Anh:25 Bá:28 Viết:22"
    " Thanh:35 Duy:30 Tuấn:28 Ngọc:40 Hồng:12 Khắc:15 Đăng:14 Cảnh:10 Thế:22 Mạnh:18 Tiến:18 Trung:14 Hoàng:24"
    " Gia:16 Bảo:14 Nhật:10 Việt:8 Phúc:8 Hải:8 Chí:8 Vĩnh:6 Kim:5 Doãn:5 -:18 Nguyễn Minh:3 Văn Quốc:3 Trần Bảo:2",
    "kinh_f": "Thị:420 Thị Thu:30 Thị Thanh:26 Thị Hồng:24 Thị Ngọc:24 Thị Kim:14 Thị Mai:12 Thị Hà:8 Thị Quỳnh:10 Thị Minh:10"
    " Thị Phương:12 Thị Thùy:12 Thị Bích:8 Ngọc:30 Phương:18 Khánh:14 Bảo:12 Thu:10 Quỳnh:12 Hà:8 Minh:8 Thùy:8 Kim:5"
    " Thanh:8 Diệu:6 Hoài:8 Nguyễn Bảo:3 Hoàng Khánh:2 -:6 Mỹ:4 Cẩm:4",
    "thai_m": "Văn:300 Thanh:40 Xuân:35 Đức:20 Quốc:15 Hồng:10 Minh:18 Công:10 Trung:10 Duy:8 -:14",
    "thai_f": "Thị:420 Thị Hồng:12 Thị Thu:8 Thị Bích:6 Thị Kim:6 Hoài:4 Thị Khăm:3 -:10",
    "mong_m": "Bá:240 A:20 Nhia:40 Chông:15 Tồng:12 Giống:12 Nỏ:15 Pà:12 Chia:10 Xài:10 Tông:10 Vả:8 Y:4",
    "mong_f": "Y:330 Thị:35 Mái:5",
    "khomu_m": "Văn:240 Phò:30 May:8 Thanh:10 Bún:8 -:15",
    "khomu_f": "Thị:250 Mẹ:18 Ý:4 -:12",
    "tho_m": "Văn:280 Công:20 Đình:10 Đức:15 Minh:10 Xuân:12 -:10",
    "tho_f": "Thị:320 Thị Hồng:12 Thị Thu:10 Thị Thanh:8 -:10",
}
GIVEN = {
    "kinh_m": "Anh:40 Tuấn:36 Hùng:34 Dũng:32 Nam:36 Sơn:30 Đức:30 Hải:24 Minh:30 Hoàng:28 Long:26 Huy:28 Thắng:24 Cường:24"
    " Hiếu:24 Thành:24 Trung:22 Đạt:22 Quân:20 Tùng:18 Duy:18 Quang:18 Bình:18 Mạnh:16 Hưng:20 Phong:16 Tiến:16"
    " Việt:14 Toàn:14 Kiên:12 Lâm:14 Khánh:14 Vinh:14 Phúc:16 Bảo:14 Tài:12 Thái:10 Hòa:12 Lợi:8 Thuận:8 An:12"
    " Khang:12 Nguyên:10 Quý:8 Thông:6 Tú:10 Hậu:8 Công:8 Lộc:8 Nhân:6 Đông:6 Tâm:10 Trường:12 Linh:8 Chiến:8"
    " Thịnh:8 Hoan:4 Hợi:3 Bắc:4 Định:5 Giang:5 Hà:6 Ngọc:6 Lực:4 Thìn:3 Sỹ:3 Kỳ:3 Tân:6 Luân:3 Khôi:4 Cảnh:4 Năm:3",
    "kinh_f": "Anh:50 Linh:46 Trang:40 Hương:36 Hà:30 Thảo:34 Hằng:26 Huyền:28 Ngọc:26 Lan:26 Hoa:28 Mai:24 Thủy:26 Nhung:20"
    " Vân:20 Yến:18 Hồng:20 Thu:20 Hiền:22 Nga:20 Loan:16 Hạnh:18 Phương:30 Quỳnh:20 Dung:14 Oanh:14 Ngân:14 Nhi:18"
    " Thanh:18 Tâm:16 Giang:14 Liên:14 Hòa:12 Thúy:14 Lý:8 Hường:12 Trâm:12 Châu:8 Xuân:10 Bình:8 Tuyết:8 Minh:8"
    " Duyên:10 Trà:6 My:10 Vy:8 Huệ:10 Thương:10 Hậu:6 Diệp:6 Thắm:5 Sen:5 Cúc:5 Lương:4 Đào:5 Nguyệt:6 Sương:4 Hoài:6"
    " An:8 Khánh:6 Như:6 Thơm:4 Lài:3 Ánh:8 Phượng:8 Thùy:6 Chi:10 Kim:3 Bé:2 Tình:5 Nhàn:4 Quyên:6 Uyên:6 Thư:6",
    "thai_m": "Tuấn:20 Hùng:18 Thắng:15 Nam:14 Sơn:12 Dũng:12 Tiến:10 Toàn:10 Hoàng:10 Khăm:12 May:8 Đào:6 Xúm:5 Thoại:5"
    " Chung:8 Bình:8 Hải:7 Quyết:7 Cường:8 Pủn:4 Phắn:4 Hoài:4 Thái:8 Ngoan:3 Kiên:6 Huy:7 Khánh:6 Duy:6 Lun:3 Tý:4",
    "thai_f": "Hoa:16 Hương:14 Lan:12 Nga:10 Hà:10 Thảo:9 Linh:10 Xuân:8 Mai:9 Khuyên:8 Hằng:8 Oanh:7 Khăm:5 Ín:3 Nhoi:4"
    " Bích:5 Thoa:5 Hiền:8 Thu:8 Sen:4 Xoan:4 Thủy:8 Tuyết:5 Vân:7 Dung:5 Hạnh:6 Ngọc:7 Yến:5 Nhung:6 Lá:3 Pảo:2",
    "mong_m": "Chù:14 Dênh:12 Pó:12 Xà:10 Tủa:12 Lầu:9 Thái:8 Rê:10 Nênh:10 Cu:7 Dia:7 Chư:8 Tồng:8 Xử:8 Giờ:8 Chớ:8 Lỳ:8"
    " Pha:7 Tu:6 Súa:6 Sềnh:7 Nhia:6 Ca:5 Dua:5 Lông:5 Xa:6 Thông:4 Bì:4 Hờ:4 Khư:3",
    "mong_f": "Mỷ:14 Dia:12 Chư:10 Xia:12 Pà:10 Mái:12 Dở:10 Xài:8 Kía:8 Bi:9 Dợ:8 Lỳ:6 Nênh:6 Mị:8 Sua:8 Đớ:5 Cha:5 Ka:5"
    " Ria:4 Pai:4 Chi:4 Thò:3",
    "khomu_m": "Hùng:10 Tuấn:9 Khăm:10 Ôn:8 Nghệ:8 Thắng:7 Phong:7 Oanh:6 Pèng:8 Chắn:7 May:7 Thoong:7 Hoài:5 Mằn:6 Dương:5 Ngọc:4 Tý:4",
    "khomu_f": "Hoa:10 Oanh:9 Liên:9 Khăm:7 Phong:4 Bún:7 Mằn:6 Hương:7 Xuyến:5 Lan:7 Chăn:6 Nhung:4 Hà:5 Thoong:5 Tươi:4 Đi:4",
    "tho_m": "Hùng:14 Tuấn:12 Dũng:10 Sơn:10 Thành:9 Hải:9 Nam:10 Bình:8 Tiến:7 Quý:6 Lâm:6 Thắng:7 Cường:6 Minh:8 Hòa:6 Đại:4",
    "tho_f": "Hoa:12 Hương:11 Lan:10 Thủy:9 Hà:9 Nga:8 Hồng:8 Trang:9 Thảo:7 Linh:9 Mai:7 Huyền:7 Hằng:6 Hiền:7 Loan:5 Lý:5",
}
# Districts of the mountains, and who lives there: Kinh, Thái, Mông, Khơ Mú, Thổ in percent.
MIX = {
    "Huyện Kỳ Sơn": (5, 27, 38, 30, 0),
    "Huyện Tương Dương": (10, 73, 5, 12, 0),
    "Huyện Con Cuông": (27, 72, 0, 1, 0),
    "Huyện Quế Phong": (12, 78, 7, 3, 0),
    "Huyện Quỳ Châu": (22, 77, 0, 1, 0),
    "Huyện Quỳ Hợp": (46, 42, 0, 0, 12),
    "Huyện Nghĩa Đàn": (70, 10, 0, 0, 20),
    "Huyện Tân Kỳ": (76, 10, 0, 0, 14),
}
GROUPS = ("kinh", "thai", "mong", "khomu", "tho")
STREETS = (
    "Lê Lợi", "Nguyễn Du", "Phan Đình Phùng", "Hà Huy Tập", "Quang Trung", "Trần Phú", "Lê Hồng Phong",
    "Nguyễn Văn Cừ", "Phong Định Cảng", "Đặng Thái Thân", "Trường Chinh", "Lý Thường Kiệt", "Phạm Hồng Thái",
)  # fmt: skip


def weighted(text: str) -> tuple[list[str], list[float]]:
    """The parts and their shares."""
    parts, weights = [], []
    for item in text.replace(" ", "_").split("_"):
        if ":" not in item:
            parts.append(item)
            continue
        name, weight = item.rsplit(":", 1)
        if parts and len(parts) > len(weights):
            name = " ".join([*parts[len(weights) :], name])
            del parts[len(weights) :]
        parts.append("" if name == "-" else name)
        weights.append(float(weight))
    total = sum(weights)
    return parts, [weight / total for weight in weights]
