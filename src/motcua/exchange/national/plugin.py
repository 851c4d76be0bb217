"""The national portal as a connector: its names, what works without it, its settings."""

from __future__ import annotations

from motcua.exchange.connectors import check_endpoint

ID = "national"


class NationalPortal:
    """Cổng Dịch vụ công quốc gia."""

    id = ID
    name_vi = "Cổng Dịch vụ công quốc gia"
    name_en = "National Public Service Portal"
    still_works_vi = (
        "Nộp hồ sơ tại quầy, qua bưu chính, xử lý và trả kết quả vẫn như thường; "
        "hồ sơ sẽ được đồng bộ khi Cổng trở lại."
    )
    still_works_en = (
        "Filing at the desk and by post, processing and results go on as usual; "
        "dossiers are sent when it is back."
    )

    def check_config(self) -> list[str]:
        """Address, user and secret."""
        return check_endpoint(ID)
