"""The form to subscribe with."""

from django import forms

from antisocial.feeds.models import Feed


class SubscribeForm(forms.ModelForm):
    """The address of a feed: http or https, and not subscribed to yet."""

    url = forms.URLField(
        label="Address of a feed",
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://example.org/feed.xml"}),
    )

    class Meta:
        model = Feed
        fields = ("url",)

    def clean_url(self):
        url = self.cleaned_data["url"]
        if not url.startswith(("http://", "https://")):
            raise forms.ValidationError("The address must start with http:// or https://.")
        return url
