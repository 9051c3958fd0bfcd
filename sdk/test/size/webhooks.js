export { verifyWebhook, WebhookVerificationError } from "@arrimage/sdk/webhooks";
