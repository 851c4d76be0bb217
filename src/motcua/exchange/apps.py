"""Registers the plug-ins that talk to the outside."""

from typing import cast

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Connectors to national systems and signature services."""

    name = "motcua.exchange"
    label = "exchange"
    verbose_name = "Kết nối, chia sẻ dữ liệu"

    def ready(self) -> None:
        """Plug the signature service into `documents`, and the sealer into `ledger`."""
        from motcua.documents.api import SIGNERS
        from motcua.exchange.signing.plugin import SoftKeySigner
        from motcua.exchange.signing.seals import SoftKeySealer
        from motcua.ledger.api import Sealer, sealers

        SIGNERS.add("soft_keys", SoftKeySigner())
        # the key's id is read from the key: nobody may set it, which the Protocol would allow
        sealers.add("soft_key", cast(Sealer, SoftKeySealer()))

        from motcua.exchange.channels.inbox import InboxChannel
        from motcua.exchange.channels.mail import MailChannel, MailConnector
        from motcua.exchange.channels.sms import SmsChannel, SmsConnector
        from motcua.exchange.connectors import connectors
        from motcua.notices.data import channels

        channels.add("inbox", InboxChannel())
        channels.add("mail", MailChannel())
        channels.add("sms", SmsChannel())
        connectors.add("mail", MailConnector())
        connectors.add("sms", SmsConnector())
        _national()
        _payments()
        _signing()


def _national() -> None:
    from motcua.base.duties import duties
    from motcua.exchange import jobs
    from motcua.exchange.connectors import connectors
    from motcua.exchange.national.plugin import NationalPortal

    connectors.add("national", NationalPortal())
    duties.add("exchange.take_up", jobs.TakeUp())
    duties.add("exchange.deliver", jobs.Deliver())
    duties.add("exchange.catalogue", jobs.ReadCatalogue())
    duties.add("exchange.mapping", jobs.ReleaseMapping())
    duties.add("exchange.forget_calls", jobs.ForgetCalls())
    duties.add("exchange.take_in", jobs.TakeIn())
    duties.add("exchange.ministries", jobs.Mirror())
    duties.add("exchange.reconcile", jobs.ReconcileNightly())


def _payments() -> None:
    from motcua.base.duties import duties
    from motcua.exchange.connectors import connectors
    from motcua.exchange.payments.jobs import ReadBank
    from motcua.exchange.payments.platform import GATEWAY, Platform, PlatformConnector
    from motcua.exchange.payments.vietqr import BankConnector, VietQR
    from motcua.fees.api import gateways

    connectors.add("pay", PlatformConnector())
    connectors.add("bank", BankConnector())
    gateways.add(GATEWAY, Platform())
    gateways.add("vietqr", VietQR())
    duties.add("exchange.bank", ReadBank())


def _signing() -> None:
    from motcua.base.duties import duties
    from motcua.exchange.signing.retiring import DiscardKeys

    duties.add("exchange.discard_keys", DiscardKeys())
